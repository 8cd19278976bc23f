package org.transcriptpipeline.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.webhook.WebhookDecoder;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.signature.FormParameters;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Webhook;
import tools.jackson.databind.json.JsonMapper;

/// Fills Kafka with what an archiver has to store: webhooks of up to a thousand conversations at a time, as ingest
/// makes events of them; and the same messages as plain rows, which is all that other sinks take.
final class Backlog implements AutoCloseable {

    /// Where the rows are.
    static final String PLAIN_TOPIC = "benchmarks.plain";

    private static final String ACCOUNT = Sids.account("archive-benchmark");
    private static final int MOST_AT_A_TIME = 1000;

    private final KafkaProducer<String, byte[]> producer;
    private final WebhookDecoder decoder = new WebhookDecoder(WebhookDecoder.USUAL_EVENT_LIMIT);
    private final EventRecords records = new EventRecords(new EventCodec());
    private final JsonMapper json = JsonMapper.builder().build();

    private final int wanted;
    private final int messages; // of a conversation
    private final int atATime; // conversations

    /// @param wanted events of each filling, at least
    /// @param messages of a conversation
    Backlog(String bootstrapServers, int wanted, int messages) {
        this.wanted = wanted;
        this.messages = messages;
        atATime = Math.clamp(wanted / messages, 1, MOST_AT_A_TIME);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20, "batch.size", 256 * 1024),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /// What was put in.
    ///
    /// @param records of Kafka
    /// @param messageSids of the messages in them
    /// @param last of each partition, the message that was put in last; for topics of one kind only
    record Filled(int records, Set<String> messageSids, Collection<String> last) {

        static final Filled NOTHING = new Filled(0, Set.of(), List.of());
    }

    /// Messages and nothing else, once each, in order.
    Filled messages() {
        return fill(requests -> messagesOf(requests).map(this::event));
    }

    /// The same messages as rows.
    Filled rows() {
        var last = new ConcurrentHashMap<Integer, String>();
        var sids = new HashSet<String>();
        for (int block = 0; sids.size() < wanted; block++) {
            messagesOf(requests(block)).forEach(webhook -> {
                var row = row(webhook);
                var sid = String.valueOf(row.get("message_sid"));
                sids.add(sid);
                producer.send(
                        new ProducerRecord<>(
                                PLAIN_TOPIC, String.valueOf(row.get("conversation_sid")), json.writeValueAsBytes(row)),
                        (metadata, failure) -> {
                            if (failure == null) {
                                last.put(metadata.partition(), sid);
                            }
                        });
            });
        }
        producer.flush();
        return new Filled(sids.size(), sids, last.values());
    }

    /// As it comes from Twilio: conversations, participants, messages, two receipts for each of the flow's messages,
    /// the end of each conversation; every tenth event repeated, a quarter of all neighbours out of order.
    Filled mix() {
        var random = new Random(1);
        return fill(requests -> {
            var all = new ArrayList<TranscriptEvent>();
            Stream.of(
                            requests.stream(),
                            receipts(requests, "sent"),
                            receipts(requests, "delivered"),
                            IntStream.range(0, atATime).mapToObj(requests::closed))
                    .flatMap(webhooks -> webhooks)
                    .map(this::event)
                    .forEach(all::add);
            for (int i = all.size() - 1; i > 0; i--) {
                if (random.nextInt(4) == 0) {
                    Collections.swap(all, i, i - 1);
                }
            }
            return all.stream().flatMap(event -> random.nextInt(10) == 0 ? Stream.of(event, event) : Stream.of(event));
        });
    }

    private Filled fill(Function<Requests, Stream<TranscriptEvent>> kind) {
        var sids = new HashSet<String>();
        int[] count = {0};
        for (int block = 0; count[0] < wanted; block++) {
            var requests = requests(block);
            messagesOf(requests).map(Webhook::subject).forEach(sids::add);
            kind.apply(requests).forEach(event -> {
                producer.send(records.of(event));
                count[0]++;
            });
        }
        producer.flush();
        return new Filled(count[0], sids, List.of());
    }

    private Requests requests(int block) {
        return new Requests("archive-" + block, ACCOUNT, atATime, messages, Instant.parse("2026-11-01T08:00:00Z"));
    }

    private static Stream<Webhook> messagesOf(Requests requests) {
        return requests.stream().filter(webhook -> webhook.subject().startsWith("IM"));
    }

    private Stream<Webhook> receipts(Requests requests, String status) {
        return IntStream.range(0, atATime)
                .boxed()
                .flatMap(conversation -> IntStream.iterate(1, index -> index < messages, index -> index + 2)
                        .mapToObj(index -> requests.delivery(conversation, index, status, null)));
    }

    private TranscriptEvent event(Webhook webhook) {
        var body = webhook.body().getBytes(UTF_8);
        return decoder.decode(
                        new ReceivedRequest(
                                "benchmark",
                                Endpoint.CONVERSATIONS,
                                webhook.path(),
                                null,
                                "127.0.0.1",
                                "application/x-www-form-urlencoded",
                                List.of(),
                                null,
                                webhook.idempotencyToken(),
                                Instant.now(),
                                body,
                                FormParameters.parse(body, 1000)),
                        ACCOUNT)
                .getFirst();
    }

    /// With a value for each column that has to have one, and what else a sink can know.
    private static Map<String, @Nullable Object> row(Webhook webhook) {
        var values =
                webhook.parameters().stream().collect(toMap(Parameter::name, Parameter::value, (first, _) -> first));
        var row = new LinkedHashMap<String, @Nullable Object>();
        PlainColumns.ALL.forEach(column -> row.put(column.name(), column.of(values)));
        return row;
    }

    @Override
    public void close() {
        producer.close();
    }
}

package org.transcriptpipeline.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.transcriptpipeline.archive.merge.Observations;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Decoded;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.signature.Proof;
import org.transcriptpipeline.ingest.signature.SignatureCheck;
import org.transcriptpipeline.ingest.webhook.WebhookDecoder;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.signature.FormParameters;
import org.transcriptpipeline.simulator.Signature;
import org.transcriptpipeline.simulator.Webhook;

/// What the pieces cost that every event goes through, for one event each: from its body to its record in ingest, and
/// from its record to what is stored in the archiver. The requests are those of [IntakeBenchmark], one after the other.
@State(Scope.Thread)
public class Pieces {

    private static final int BATCH = 500;
    private static final int PARAMETERS = 1000;

    private final SignatureCheck signatures =
            SignatureCheck.of(SignedBodies.ACCOUNT, List.of(SignedBodies.TOKEN), List.of(SignedBodies.PUBLIC_URL));
    private final WebhookDecoder decoder = new WebhookDecoder(WebhookDecoder.USUAL_EVENT_LIMIT);
    private final EventRecords records = new EventRecords(new EventCodec());
    private final EventCodec reader = EventCodec.withoutBodies();

    private ReceivedRequest[] requests;
    private TranscriptEvent[] events;
    private byte[][] values;
    private int next;

    @Setup
    public void prepare() {
        requests = new SignedBodies().webhooks().stream().map(Pieces::received).toArray(ReceivedRequest[]::new);
        events = new TranscriptEvent[requests.length];
        values = new byte[requests.length][];
        for (int i = 0; i < requests.length; i++) {
            if (!(signatures.check(requests[i], named(requests[i])) instanceof Proof.Proved)) {
                throw new IllegalStateException("a request is not proved");
            }
            events[i] = decoder.decode(requests[i], SignedBodies.ACCOUNT).getFirst();
            values[i] = records.fitting(events[i]).value();
            if (!(reader.decode(values[i]) instanceof Readable<TranscriptEvent>)) {
                throw new IllegalStateException("an event cannot be read");
            }
        }
    }

    @Benchmark
    public FormParameters readForm() {
        return FormParameters.parse(request().body(), PARAMETERS);
    }

    @Benchmark
    public Proof checkSignature() {
        var request = request();
        return signatures.check(request, named(request));
    }

    @Benchmark
    public List<TranscriptEvent> decode() {
        return decoder.decode(request(), SignedBodies.ACCOUNT);
    }

    @Benchmark
    public ProducerRecord<String, byte[]> makeRecord() {
        return records.fitting(events[step()]);
    }

    @Benchmark
    public Decoded<TranscriptEvent> readEvent() {
        return reader.decode(values[step()]);
    }

    /// A batch of neighbours, as they come from Kafka.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Observations fold() {
        var observations = new Observations();
        int first = step() % (events.length - BATCH);
        for (int i = first; i < first + BATCH; i++) {
            observations.add(events[i]);
        }
        return observations;
    }

    private ReceivedRequest request() {
        return requests[step()];
    }

    private int step() {
        next = next + 1 == requests.length ? 0 : next + 1;
        return next;
    }

    private Set<String> named(ReceivedRequest request) {
        return decoder.accountsNamedIn(request, signatures.servedAccounts());
    }

    private static ReceivedRequest received(Webhook webhook) {
        var body = webhook.body().getBytes(UTF_8);
        return new ReceivedRequest(
                "0123456789abcdef",
                Endpoint.CONVERSATIONS,
                Webhook.CONVERSATIONS,
                null,
                "127.0.0.1",
                "application/x-www-form-urlencoded; charset=utf-8",
                List.of(Signature.of(
                        SignedBodies.TOKEN, SignedBodies.PUBLIC_URL + Webhook.CONVERSATIONS, webhook.parameters())),
                null,
                webhook.idempotencyToken(),
                Instant.parse("2026-11-01T08:00:01.123Z"),
                body,
                FormParameters.parse(body, PARAMETERS));
    }
}

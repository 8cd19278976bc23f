package org.transcriptpipeline.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.springframework.context.ConfigurableApplicationContext;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;
import org.transcriptpipeline.event.Topics;

/// The service as it is run, on a real broker.
public final class RunningIngest implements AutoCloseable {

    private static final int MOST_LOOKS = 20;
    public static final String PUBLIC_URL = "https://hooks.example.com";

    private static RunningIngest shared;

    private final EmbeddedKafkaBroker broker;
    private final ConfigurableApplicationContext context;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningIngest(EmbeddedKafkaBroker broker, Map<String, String> settings) {
        this.broker = broker;
        this.context = IngestApplication.create().run(arguments(broker.bootstrapServers(), settings));
    }

    /// One for all tests of the module that leave it as it was.
    public static synchronized RunningIngest shared() {
        if (shared == null) {
            shared = startWith(Map.of(
                    "transcripts.public-base-urls",
                    PUBLIC_URL + ",https://user:pass@ingest.example.com:8443/tenant",
                    "transcripts.flow-ended.username",
                    "studio",
                    "transcripts.flow-ended.password",
                    "open-sesame-4711"));
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    public static RunningIngest startWith(Map<String, String> settings) {
        return startOn(EmbeddedKafkaBroker.start(temporaryDirectory(), 0), settings);
    }

    public static RunningIngest startOn(EmbeddedKafkaBroker broker, Map<String, String> settings) {
        return new RunningIngest(broker, settings);
    }

    public static String[] arguments(String bootstrapServers, Map<String, String> settings) {
        var all = new HashMap<String, String>();
        all.put("server.port", "0");
        all.put("management.server.port", "0");
        all.put("spring.kafka.bootstrap-servers", bootstrapServers);
        all.put("transcripts.topics.partitions", "2");
        all.put("transcripts.public-base-urls", PUBLIC_URL);
        all.put("transcripts.accounts.default.sid", Twilio.ACCOUNT);
        all.put("transcripts.accounts.default.auth-tokens", Twilio.TOKEN + "," + Twilio.SECOND_TOKEN);
        all.putAll(settings);
        return all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
    }

    public EmbeddedKafkaBroker broker() {
        return broker;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getProperty("local.server.port"));
    }

    public int managementPort() {
        return Integer.parseInt(context.getEnvironment().getProperty("local.management.port"));
    }

    public HttpResponse<String> post(SignedWebhook webhook) {
        return send(webhook.request(port()));
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public HttpResponse<String> management(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort() + path))
                .build());
    }

    /// The value of a metric as Prometheus shows it; 0 where it does not.
    public double metric(String nameAndLabels) {
        return management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(nameAndLabels + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    /// Where the topics end, once nobody writes what an earlier request left: some is written after its answer.
    public Mark mark() {
        try (var consumer = consumer()) {
            var partitions = partitions(consumer);
            Map<TopicPartition, Long> before;
            var ends = consumer.endOffsets(partitions);
            int looks = 0;
            do {
                LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
                before = ends;
                ends = consumer.endOffsets(partitions);
            } while (!ends.equals(before) && ++looks < MOST_LOOKS); // under load they never agree
            return new Mark(ends);
        }
    }

    /// Where the topics begin.
    public Mark beginning() {
        try (var consumer = consumer()) {
            return new Mark(consumer.beginningOffsets(partitions(consumer)));
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
        return List.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.QUARANTINE).stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    public final class Mark {

        private final Map<TopicPartition, Long> offsets;

        private Mark(Map<TopicPartition, Long> offsets) {
            this.offsets = offsets;
        }

        /// Every record that was written since, of all topics, but for what the intake says about itself.
        public List<ConsumerRecord<String, byte[]>> since() {
            return all().stream().filter(r -> !isResumption(r)).toList();
        }

        /// What the intake said about itself since.
        public List<ConsumerRecord<String, byte[]>> resumptions() {
            return all().stream().filter(Mark::isResumption).toList();
        }

        private static boolean isResumption(ConsumerRecord<String, byte[]> published) {
            var type = published.headers().lastHeader("ce_type");
            return type != null
                    && new String(type.value(), StandardCharsets.UTF_8).equals("transcripts.intake.resumed.v1");
        }

        private List<ConsumerRecord<String, byte[]>> all() {
            try (var consumer = consumer()) {
                consumer.assign(offsets.keySet());
                offsets.forEach(consumer::seek);
                var ends = consumer.endOffsets(offsets.keySet());
                var records = new ArrayList<ConsumerRecord<String, byte[]>>();
                while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                    consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                }
                return records;
            }
        }

        public ConsumerRecord<String, byte[]> only() {
            return onlyOf(_ -> true);
        }

        /// Waits for exactly one such record.
        public ConsumerRecord<String, byte[]> onlyOf(Predicate<ConsumerRecord<String, byte[]>> filter) {
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> since().stream().filter(filter).toList(), records -> records.size() == 1)
                    .getFirst();
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        var properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put(
                "fetch.max.wait.ms", 20); // closing waits for the fetch behind the last record: 500 ms by default
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /// As SIGTERM does it; the broker goes on.
    public void stopService() {
        context.close();
    }

    @Override
    public void close() {
        context.close();
        broker.close();
    }

    static Path temporaryDirectory() {
        try {
            var directory = Files.createTempDirectory("ingest-kafka");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

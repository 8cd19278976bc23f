package org.transcriptpipeline.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/// What waits in Kafka for a consumer group, how old the oldest of it is, how long Kafka keeps it, and how full the
/// brokers' disks are: gauges that say when records are about to be lost (`faults.md` K12, K13).
///
/// Looked at on a thread of its own with limits; a scrape only reads what was last seen. A gauge is not a number where
/// the last look failed: one that stands still would look well. Every instance shows the whole group: take the maximum
/// over instances.
///
/// Needs no right that the consumer has not, but for the disks: where the cluster may not be described, that gauge is
/// missing.
public final class TopicWatch implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final Duration PERIOD_IN_TROUBLE = Duration.ofSeconds(2); // readiness waits for it
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final Duration READ_LIMIT = Duration.ofMillis(500);
    private static final Duration ROUND_LIMIT = Duration.ofSeconds(10);

    private final Map<String, Object> adminConfiguration;
    private final Map<String, Object> consumerConfiguration;
    private final String group;
    private final Collection<String> topics;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Map<String, Double> diskUsed = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("topic-watch").factory());
    private volatile @Nullable String trouble;
    private volatile boolean running;
    private @Nullable Admin admin;
    private @Nullable KafkaConsumer<byte[], byte[]> reader;

    /// @param lagRecords records behind the group's position, over all partitions
    /// @param lagAge how long ago the oldest of them was written; zero where none waits
    /// @param retention how long the topic keeps a record; infinite where it deletes none
    private record Seen(double lagRecords, double lagAge, double retention) {
        private static final Seen NOTHING = new Seen(Double.NaN, Double.NaN, Double.NaN);
    }

    /// @param adminConfiguration of Kafka's admin client
    /// @param consumerConfiguration of Kafka's consumer: servers and security
    public TopicWatch(
            Map<String, Object> adminConfiguration,
            Map<String, Object> consumerConfiguration,
            String group,
            Collection<String> topics,
            Clock clock,
            MeterRegistry meters) {
        this.adminConfiguration = new HashMap<>(adminConfiguration);
        this.adminConfiguration.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1500);
        this.adminConfiguration.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3000);
        this.adminConfiguration.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5000);
        this.consumerConfiguration = new HashMap<>(consumerConfiguration);
        this.consumerConfiguration.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.consumerConfiguration.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        this.consumerConfiguration.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        this.consumerConfiguration.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.consumerConfiguration.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.consumerConfiguration.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        this.consumerConfiguration.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1024); // one batch is sent all the same
        this.consumerConfiguration.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1024);
        this.consumerConfiguration.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5000);
        this.consumerConfiguration.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3000);
        this.group = group;
        this.topics = List.copyOf(topics);
        this.clock = clock;
        this.meters = meters;
        for (var topic : topics) {
            gauge("transcripts_consumer_lag_records", topic, Seen::lagRecords);
            gauge("transcripts_consumer_lag_age_seconds", topic, Seen::lagAge);
            gauge("transcripts_topic_retention_seconds", topic, Seen::retention);
        }
    }

    private void gauge(String name, String topic, Function<Seen, Double> value) {
        meters.gauge(
                name,
                Tags.of("group", group, "topic", topic),
                seen,
                all -> value.apply(all.getOrDefault(topic, Seen.NOTHING)));
    }

    private void lookAndGoOn() {
        look();
        var pause = trouble == null ? PERIOD : PERIOD_IN_TROUBLE;
        try {
            looker.schedule(this::lookAndGoOn, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // stopped meanwhile
        }
    }

    private void look() {
        try {
            lookAtTopics();
            trouble = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException
                | TimeoutException
                | RuntimeException e) { // also a mistake of ours: the next look is tried
            forget(e);
        }
    }

    private void forget(Exception e) {
        if (!seen.isEmpty()) {
            log.atInfo()
                    .addKeyValue("group", group)
                    .addKeyValue("reason", Reason.of(e))
                    .log("Lag and retention cannot be seen");
        }
        trouble = Reason.of(e);
        seen.clear();
        diskUsed.replaceAll((_, _) -> Double.NaN);
    }

    private void lookAtTopics() throws InterruptedException, ExecutionException, TimeoutException {
        var kafka = admin();
        var partitions = get(kafka.describeTopics(topics).allTopicNames()).values().stream()
                .flatMap(TopicWatch::partitionsOf)
                .toList();
        var ends = get(kafka.listOffsets(partitions.stream().collect(toMap(p -> p, _ -> OffsetSpec.latest())))
                .all());
        var beginnings = get(kafka.listOffsets(partitions.stream().collect(toMap(p -> p, _ -> OffsetSpec.earliest())))
                .all());
        var committed = get(kafka.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> waiting = new HashMap<>(); // the position of each partition where something waits
        Map<String, Double> lag = new HashMap<>();
        for (var partition : partitions) {
            var position = committed.get(partition);
            long first = requireNonNull(beginnings.get(partition)).offset();
            long next = position == null ? first : Math.max(first, position.offset());
            long behind = Math.max(0, requireNonNull(ends.get(partition)).offset() - next);
            lag.merge(partition.topic(), (double) behind, Double::sum);
            if (behind > 0) {
                waiting.put(partition, next);
            }
        }
        var ages = agesOf(waiting);
        var retentions = retentions(kafka);
        for (var topic : topics) {
            seen.put(
                    topic,
                    new Seen(
                            lag.getOrDefault(topic, 0.0),
                            ages.getOrDefault(topic, 0.0),
                            retentions.getOrDefault(topic, Double.NaN)));
        }
        lookAtDisks(kafka);
    }

    /// Reads the one record of each partition at which the group stands, and no further.
    private Map<String, Double> agesOf(Map<TopicPartition, Long> waiting) {
        Map<String, Double> ages = new HashMap<>();
        if (waiting.isEmpty()) {
            return ages;
        }
        var consumer = reader();
        long end = System.nanoTime() + ROUND_LIMIT.toNanos();
        for (var partition : waiting.entrySet()) {
            if (System.nanoTime() > end) {
                break; // the oldest of those that were read will do for this time
            }
            consumer.assign(List.of(partition.getKey()));
            consumer.seek(partition.getKey(), partition.getValue());
            for (var oldest : consumer.poll(READ_LIMIT)) {
                var age = Duration.between(Instant.ofEpochMilli(oldest.timestamp()), clock.instant());
                ages.merge(partition.getKey().topic(), Math.max(0, age.toMillis() / 1000.0), Math::max);
            }
        }
        return ages;
    }

    private Map<String, Double> retentions(Admin kafka) throws InterruptedException, TimeoutException {
        Map<String, Double> retentions = new HashMap<>();
        var resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        try {
            get(kafka.describeConfigs(resources).all()).forEach((resource, config) -> {
                long millis = Long.parseLong(requireNonNull(config.get(TopicConfig.RETENTION_MS_CONFIG))
                        .value());
                retentions.put(resource.name(), millis < 0 ? Double.POSITIVE_INFINITY : millis / 1000.0);
            });
        } catch (ExecutionException e) {
            log.atDebug().addKeyValue("reason", nameOf(e)).log("The retention cannot be seen");
        }
        return retentions;
    }

    private void lookAtDisks(Admin kafka) throws InterruptedException, TimeoutException {
        try {
            var brokers =
                    get(kafka.describeCluster().nodes()).stream().map(Node::id).toList();
            get(kafka.describeLogDirs(brokers).allDescriptions())
                    .forEach((broker, directories) -> directories.values().stream()
                            .filter(d -> d.totalBytes().isPresent()
                                    && d.usableBytes().isPresent())
                            .mapToDouble(d -> 1.0
                                    - (double) d.usableBytes().getAsLong()
                                            / d.totalBytes().getAsLong())
                            .max() // its fullest disk
                            .ifPresent(used -> note(broker.toString(), used)));
        } catch (ExecutionException e) {
            diskUsed.replaceAll((_, _) -> Double.NaN);
            log.atDebug().addKeyValue("reason", nameOf(e)).log("The brokers' disks cannot be seen");
        }
    }

    private void note(String broker, double used) {
        if (diskUsed.put(broker, used) == null) {
            Gauge.builder("transcripts_kafka_disk_used_ratio", diskUsed, all -> all.getOrDefault(broker, Double.NaN))
                    .description("How much of a broker's disk is used, by whatever: 1 is full")
                    .tag("broker", broker)
                    .strongReference(true)
                    .register(meters);
        }
    }

    private static String nameOf(ExecutionException e) {
        return e.getCause() == null ? "unknown" : e.getCause().getClass().getSimpleName();
    }

    private static Stream<TopicPartition> partitionsOf(TopicDescription topic) {
        return topic.partitions().stream().map(partition -> new TopicPartition(topic.name(), partition.partition()));
    }

    private static <T> T get(KafkaFuture<T> answer) throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Admin admin() {
        if (admin == null) {
            admin = Admin.create(adminConfiguration);
        }
        return admin;
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        if (reader == null) {
            reader = new KafkaConsumer<>(consumerConfiguration);
        }
        return reader;
    }

    /// Whether Kafka said at the last look what it was asked. A consumer cannot tell: it waits in silence.
    @Override
    public Health health() {
        var reason = trouble;
        return reason == null
                ? Health.up().build()
                : Health.outOfService().withDetail("reason", reason).build();
    }

    @Override
    public void start() {
        running = true;
        looker.execute(this::lookAndGoOn);
    }

    @Override
    public void stop() {
        running = false;
        looker.shutdownNow();
        try {
            if (looker.awaitTermination(1, TimeUnit.SECONDS)) {
                close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        if (reader != null) {
            reader.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}

package org.transcriptpipeline.kafka;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;
import org.transcriptpipeline.net.TlsFailure;
import org.transcriptpipeline.operations.Traces;

/// Reads topics in batches and decides, in this one place, what becomes of a batch that cannot be stored:
///
/// - a record at fault is isolated by bisection and set aside, the others are stored in the same pass;
/// - a system at fault pauses the partitions, keeps polling and tries again for ever, at most 30 seconds apart;
/// - a set-up at fault stops the consumer, which health then tells with the reason.
///
/// The position is in the database ([StoredOffsets]); what is committed to Kafka only shows the lag. After a failure
/// the consumer seeks back to what is not stored, so nothing that was fetched is held in memory across a rebalance.
public final class BatchConsumer implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(BatchConsumer.class);
    private static final int REPEATS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// A certificate is replaced, a right is granted, and then it goes on; asking more often would lock an account.
    private static final Duration AFTER_A_REFUSAL = Duration.ofSeconds(10);

    private final String group;
    private final BatchHandler handler;
    private final StoredOffsets offsets;
    private final QuarantineBreaker breaker;
    private final ConcurrentMessageListenerContainer<byte[], byte[]> container;
    private final ScheduledExecutorService resumer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("consumer-resume").factory());
    private final AtomicInteger failures = new AtomicInteger();
    /// By consumer thread: the next offsets behind what the batch at hand has stored so far.
    private final ThreadLocal<Map<TopicPartition, Long>> progress = ThreadLocal.withInitial(HashMap::new);
    private final MeterRegistry meters;
    private final Traces traces;
    private final DistributionSummary batchSizes;
    private final Timer batchTimes;
    private final Counter assignments;
    private volatile @Nullable String trouble;
    private volatile boolean isRefused;
    private volatile boolean mustStop;
    private volatile boolean started;

    /// @param configuration of Kafka's consumer: servers and security; the rest is set here
    /// @param maxPollRecords the largest batch
    /// @param concurrency threads, each with its own share of the partitions
    /// @param traces a batch with sampled records is a span, linked to theirs
    public BatchConsumer(
            Map<String, Object> configuration,
            String group,
            Collection<String> topics,
            int maxPollRecords,
            int concurrency,
            BatchHandler handler,
            StoredOffsets offsets,
            QuarantineBreaker breaker,
            MeterRegistry meters,
            Traces traces) {
        this.group = group;
        this.traces = traces;
        this.handler = handler;
        this.offsets = offsets;
        this.breaker = breaker;
        this.meters = meters;
        this.batchSizes = DistributionSummary.builder("transcripts_batch_size")
                .baseUnit("records")
                .tag("group", group)
                .register(meters);
        this.batchTimes =
                Timer.builder("transcripts_batch_time").tag("group", group).register(meters);
        this.assignments = Counter.builder("transcripts_partition_assignments")
                .tag("group", group)
                .register(meters);
        var properties = new ContainerProperties(topics.toArray(String[]::new));
        properties.setGroupId(group);
        properties.setAckMode(ContainerProperties.AckMode.MANUAL);
        properties.setMessageListener((BatchAcknowledgingConsumerAwareMessageListener<byte[], byte[]>) this::onBatch);
        properties.setConsumerRebalanceListener(new Positioning());
        properties.setPollTimeout(500);
        properties.setMissingTopicsFatal(false);
        properties.setAuthExceptionRetryInterval(AFTER_A_REFUSAL); // without it the container stops for good
        this.container = new ConcurrentMessageListenerContainer<>(
                new TellingConsumers(consumerConfiguration(configuration, maxPollRecords)), properties);
        container.setConcurrency(concurrency);
        container.setBeanName(group);
        container.setCommonErrorHandler(new SeekBackAndPause());
    }

    private static Map<String, Object> consumerConfiguration(Map<String, Object> given, int maxPollRecords) {
        var configuration = new HashMap<>(given);
        configuration.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configuration.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configuration.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configuration.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // we seek; a position that is gone is told
        configuration.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
        configuration.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        configuration.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * 1024 * 1024);
        configuration.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        configuration.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000); // a topic made later is found soon
        return configuration;
    }

    private void onBatch(
            List<ConsumerRecord<byte[], byte[]>> records,
            @Nullable Acknowledgment acknowledgment,
            @Nullable Consumer<?, ?> givenConsumer) {
        var consumer = requireNonNull(givenConsumer, "a consumer-aware listener is given the consumer");
        if (!offsets.position(consumer, consumer.assignment())) {
            return; // these were fetched from a wrong place; the right ones come with the next poll
        }
        progress.get().clear();
        if (failures.get() == 0) {
            breaker.arrived(records.size());
        }
        var span = spanOf(records);
        try (var _ = Traces.in(span)) {
            batchTimes.record(() -> store(records));
        } catch (RuntimeException e) {
            span.setStatus(StatusCode.ERROR); // no words of an exception: they may be a customer's
            throw e;
        } catch (Error e) {
            mustStop = true; // the container ignores errors and would look alive
            trouble = e.getClass().getSimpleName();
            throw new IllegalStateException("cannot go on after " + e.getClass().getSimpleName(), e);
        } finally {
            span.end();
        }
        batchSizes.record(records.size());
        failures.set(0);
        trouble = null;
        if (acknowledgment != null) {
            acknowledgment.acknowledge();
        }
    }

    private Span spanOf(List<ConsumerRecord<byte[], byte[]>> records) {
        if (!traces.isOn()) {
            return Span.getInvalid();
        }
        var span = traces.joint(
                "store batch",
                SpanKind.CONSUMER,
                records.stream()
                        .map(EventRecords::traceparent)
                        .filter(Objects::nonNull)
                        .toList());
        span.setAttribute("messaging.consumer.group.name", group);
        span.setAttribute("messaging.batch.message_count", records.size());
        return span;
    }

    private void store(List<ConsumerRecord<byte[], byte[]>> records) {
        Isolation.store(records, this::storeAndAdvance, this::setAside);
    }

    private void storeAndAdvance(List<ConsumerRecord<byte[], byte[]>> records) {
        storeRepeating(records);
        count(records, "stored");
        advance(records);
    }

    private void setAside(ConsumerRecord<byte[], byte[]> unstorable, Fault.Data fault) {
        var reason = fault.reason();
        if (!breaker.admits(reason) && !handler.isQuarantineAllowed(reason)) {
            throw new QuarantinePausedException(reason);
        }
        handler.quarantine(unstorable, reason, fault.sqlState());
        count(List.of(unstorable), "quarantined");
        advance(List.of(unstorable));
        log.atWarn()
                .addKeyValue("topic", unstorable.topic())
                .addKeyValue("partition", unstorable.partition())
                .addKeyValue("offset", unstorable.offset())
                .addKeyValue("reason", reason)
                .addKeyValue("sqlState", fault.sqlState())
                .log("Record set aside");
    }

    /// What is behind us even if the rest of the batch fails.
    private void advance(List<ConsumerRecord<byte[], byte[]>> records) {
        failures.set(0);
        var reached = progress.get();
        records.forEach(r -> reached.merge(new TopicPartition(r.topic(), r.partition()), r.offset() + 1, Math::max));
    }

    private void storeRepeating(List<ConsumerRecord<byte[], byte[]>> records) {
        for (int attempt = 1; ; attempt++) {
            try {
                handler.store(records);
                return;
            } catch (RuntimeException e) {
                boolean again =
                        Fault.of(e) instanceof Fault.Passing passing && passing.isRepeatable() && attempt < REPEATS;
                if (!again) {
                    throw e;
                }
            }
        }
    }

    private void count(List<ConsumerRecord<byte[], byte[]>> records, String outcome) {
        Map<String, Integer> byTopic = new HashMap<>();
        records.forEach(r -> byTopic.merge(r.topic(), 1, Integer::sum));
        byTopic.forEach((topic, number) -> Counter.builder("transcripts_records")
                .tag("topic", topic)
                .tag("outcome", outcome)
                .register(meters)
                .increment(number));
    }

    @Override
    public Health health() {
        if (mustStop || (started && !container.isRunning())) {
            return Health.down()
                    .withDetail("consumer", group)
                    .withDetail("reason", trouble == null ? "the consumer has stopped" : trouble)
                    .build();
        }
        var reason = trouble;
        return reason == null
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("consumer", group)
                        .withDetail("reason", reason)
                        .build();
    }

    /// Whether the consumer has stopped for good: the process should be started anew.
    public boolean isDead() {
        return mustStop || (started && !container.isRunning());
    }

    @Override
    public void start() {
        container.start();
        started = true;
    }

    @Override
    public void stop() {
        started = false;
        container.stop();
    }

    @Override
    public boolean isRunning() {
        return started;
    }

    private final class Positioning implements ConsumerAwareRebalanceListener {
        @Override
        public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            assignments.increment();
            if (!mustStop) {
                trouble = null; // what failed is read again by whoever has its partition now, perhaps not by us
            }
            offsets.assigned(consumer, partitions);
        }

        @Override
        public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            offsets.revoked(partitions);
        }

        @Override
        public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            offsets.revoked(partitions);
        }
    }

    /// Consumers that say why Kafka will not have them; the container would retry without a word that health could
    /// tell.
    private final class TellingConsumers extends DefaultKafkaConsumerFactory<byte[], byte[]> {

        TellingConsumers(Map<String, Object> configuration) {
            super(configuration);
        }

        @Override
        protected Consumer<byte[], byte[]> createRawConsumer(Map<String, Object> configuration) {
            return new KafkaConsumer<>(configuration) {
                @Override
                public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                    try {
                        var records = super.poll(timeout);
                        if (isRefused) {
                            isRefused = false;
                            trouble = null;
                        }
                        return records;
                    } catch (AuthenticationException | AuthorizationException e) {
                        isRefused = true;
                        trouble = Reason.of(e);
                        log.atWarn()
                                .addKeyValue("group", group)
                                .addKeyValue("reason", trouble)
                                .log("Kafka refuses the consumer");
                        throw e;
                    }
                }
            };
        }
    }

    /// The last net. It never skips: back to the first record that is not stored, then a pause, for ever.
    private final class SeekBackAndPause implements CommonErrorHandler {

        @Override
        public boolean seeksAfterHandling() {
            return true;
        }

        @Override
        public void handleBatch(
                Exception thrown,
                ConsumerRecords<?, ?> records,
                Consumer<?, ?> consumer,
                MessageListenerContainer failed,
                Runnable invokeListener) {
            for (var partition : records.partitions()) {
                long first = records.records(partition).getFirst().offset();
                consumer.seek(partition, progress.get().getOrDefault(partition, first));
            }
            var cause = thrown.getCause() == null ? thrown : thrown.getCause();
            switch (Fault.of(cause)) {
                case Fault.Configuration(var reason, var sqlState) ->
                    stopFor(reason + " " + sqlState + ": the schema, a right or a password is missing");
                case Fault.Passing(var reason, var sqlState) -> {
                    offsets.revoked(consumer.assignment()); // the store that comes back may be an older one
                    var tls = TlsFailure.of(cause);
                    pause(reason + (sqlState == null ? "" : " " + sqlState) + (tls == null ? "" : ": " + tls));
                }
                case Fault.Data(var reason, var _) -> {
                    if (mustStop) {
                        stopFor("an error of the virtual machine");
                    } else {
                        pause(cause instanceof QuarantinePausedException ? cause.getMessage() : reason);
                    }
                }
            }
        }

        @Override
        public void handleOtherException(
                Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer failed, boolean batchListener) {
            if (thrown instanceof OffsetOutOfRangeException || thrown instanceof NoOffsetForPartitionException) {
                stopFor("a stored offset is gone from Kafka: events were lost to retention. Reconcile, then delete the"
                        + " offset's row to start at the earliest record");
            } else {
                pause(thrown.getClass().getSimpleName());
            }
        }

        private void stopFor(String reason) {
            mustStop = true;
            trouble = reason;
            log.atError()
                    .addKeyValue("group", group)
                    .addKeyValue("reason", reason)
                    .log("Consumer stopped");
            container.stop(() -> {});
        }

        private void pause(@Nullable String reason) {
            trouble = reason == null ? "unknown" : reason;
            var wait = waitAfter(failures.getAndIncrement(), ThreadLocalRandom.current()::nextLong);
            log.atWarn()
                    .addKeyValue("group", group)
                    .addKeyValue("reason", reason)
                    .addKeyValue("waitMillis", wait.toMillis())
                    .log("Consumer paused");
            container.pause();
            resumer.schedule(container::resume, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /// Doubles with each failure up to 30 seconds; the upper half of it is chance, so that instances do not come
    /// back at once.
    static Duration waitAfter(int failures, UnaryOperator<Long> randomBelow) {
        long full = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures, 20));
        return Duration.ofMillis(full / 2 + randomBelow.apply(full / 2 + 1));
    }

    /// One reason has had its share of the quarantine, see [QuarantineBreaker].
    static final class QuarantinePausedException extends RuntimeException {
        QuarantinePausedException(String reason) {
            super("too many records are refused for one reason: " + reason);
        }
    }
}

package org.transcriptpipeline.ingest.intake;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one Kafka producer of the service: idempotent, `acks=all`, replaced when it is beyond use. Kafka's client cannot
/// be made while no broker's name resolves (a container that is away takes its name along): it is then tried with the
/// next record, so that a service that can spill starts without Kafka.
public final class SharedProducer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedProducer.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final Map<String, Object> configuration;
    private volatile @Nullable Producer<String, byte[]> producer; // null: not made yet, or beyond use
    private boolean isClosed;

    SharedProducer(Map<String, Object> configuration) {
        this.configuration = new HashMap<>(configuration);
        // not open to configuration: the promise behind a 2xx stands on them
        this.configuration.put(ProducerConfig.ACKS_CONFIG, "all");
        this.configuration.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        this.configuration.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        this.configuration.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            current();
        } catch (KafkaException e) {
            log.atWarn()
                    .addKeyValue("failure", rootCause(e).getClass().getSimpleName())
                    .log("Kafka's client cannot be made now; it is tried again");
        }
    }

    /// What became of a record, told once, on any thread.
    @FunctionalInterface
    public interface Callback {
        /// @param failure null: Kafka has it
        void done(@Nullable Throwable failure);
    }

    /// Hands a record to Kafka. May block for `max.block.ms`; never throws.
    public void send(ProducerRecord<String, byte[]> event, Callback callback) {
        Producer<String, byte[]> used;
        try {
            used = current();
        } catch (KafkaException | IllegalStateException e) {
            callback.done(e);
            return;
        }
        try {
            used.send(event, (_, failure) -> {
                replaceAfter(failure, used);
                callback.done(failure);
            });
        } catch (KafkaException | IllegalStateException e) { // the producer did not even try, and calls nobody
            replaceAfter(e, used);
            callback.done(e);
        }
    }

    /// Learns where the topic's partitions are, so that the first event need not wait for it.
    ///
    /// @throws KafkaException where the broker does not say
    void warmUp(String topic) {
        current().partitionsFor(topic);
    }

    /// @throws KafkaException where it cannot be made now
    Producer<String, byte[]> current() {
        var made = producer;
        return made == null ? make() : made;
    }

    /// Flushes what is on its way.
    @Override
    public void close() {
        @Nullable Producer<String, byte[]> last;
        synchronized (this) {
            isClosed = true;
            last = producer;
        }
        if (last != null) {
            last.close(CLOSE_TIMEOUT);
        }
    }

    private void replaceAfter(@Nullable Throwable failure, Producer<String, byte[]> failed) {
        if (failure == null || !KafkaFailure.isFatalForProducer(failure)) {
            return;
        }
        synchronized (this) {
            if (isClosed || producer != failed) { // somebody was faster
                return;
            }
            producer = null; // made anew for the next record
        }
        log.atWarn()
                .addKeyValue("failure", failure.getClass().getSimpleName())
                .log("The producer was beyond use and has been replaced");
        Thread.startVirtualThread(() -> failed.close(Duration.ZERO)); // its own thread may be the one that calls
    }

    private synchronized Producer<String, byte[]> make() {
        var made = producer;
        if (made == null) { // nobody was faster
            if (isClosed) {
                throw new IllegalStateException("closed");
            }
            made = new KafkaProducer<>(configuration);
            producer = made;
        }
        return made;
    }

    private static Throwable rootCause(Throwable failure) {
        return failure.getCause() == null ? failure : rootCause(failure.getCause());
    }
}

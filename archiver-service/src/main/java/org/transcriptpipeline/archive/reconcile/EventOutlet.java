package org.transcriptpipeline.archive.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.kafka.EventRecords;

/// Publishes what was found, so that it is merged like everything else. Done means acknowledged.
@Component
public class EventOutlet {

    private static final long ACKNOWLEDGEMENT_SECONDS = 15;

    private final KafkaTemplate<String, byte[]> kafka;
    private final EventRecords records;

    EventOutlet(KafkaTemplate<String, byte[]> kafka, EventCodec codec) {
        this.kafka = kafka;
        this.records = new EventRecords(codec);
    }

    /// @throws NotPublishedException when one of them is not known to be in Kafka
    public void publish(List<? extends TranscriptEvent> events) throws InterruptedException {
        List<CompletableFuture<?>> sent = new ArrayList<>(events.size());
        try {
            for (var event : events) {
                var future = kafka.send(records.of(event));
                sent.add(future);
                if (future.isCompletedExceptionally()) {
                    break; // no broker: each of the others would wait as long
                }
            }
            for (var future : sent) {
                future.get(ACKNOWLEDGEMENT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new NotPublishedException(e);
        }
    }

    /// Kafka did not take it in time.
    public static final class NotPublishedException extends RuntimeException {
        NotPublishedException(Exception cause) {
            super("Kafka did not acknowledge what was found", cause);
        }
    }
}

package org.transcriptpipeline.ingest.intake;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.transcriptpipeline.ingest.intake.Publication.Reason;
import org.transcriptpipeline.ingest.intake.Publication.Rejected;

/// Takes records that Kafka does not take. Futures are never completed exceptionally, and always within a bounded
/// time.
sealed interface Spill permits JournaledSpill, Spill.Off {

    /// Whether a record would be kept now.
    boolean isTaking();

    /// Keeps a record until Kafka takes it.
    ///
    /// @param reason why Kafka does not take it now
    /// @param patience how long its sender can wait
    CompletableFuture<Publication> keep(ProducerRecord<String, byte[]> refused, Reason reason, Duration patience);

    /// Keeps a record that Kafka will never take as it is, where it blocks nothing.
    ///
    /// @param reason why Kafka refuses it
    /// @param patience how long its sender can wait
    CompletableFuture<Publication> setAside(ProducerRecord<String, byte[]> refused, Reason reason, Duration patience);

    /// Keeps a record that nobody was promised anything about, in room of its own: it takes none from the others.
    CompletableFuture<Publication> keepAside(ProducerRecord<String, byte[]> refused, Reason reason);

    /// None is configured: nothing is held.
    record Off() implements Spill {

        @Override
        public boolean isTaking() {
            return false;
        }

        @Override
        public CompletableFuture<Publication> keep(
                ProducerRecord<String, byte[]> refused, Reason reason, Duration patience) {
            return CompletableFuture.completedFuture(new Rejected(reason));
        }

        @Override
        public CompletableFuture<Publication> keepAside(ProducerRecord<String, byte[]> refused, Reason reason) {
            return CompletableFuture.completedFuture(new Rejected(reason));
        }

        @Override
        public CompletableFuture<Publication> setAside(
                ProducerRecord<String, byte[]> refused, Reason reason, Duration patience) {
            return CompletableFuture.completedFuture(new Rejected(reason));
        }
    }
}

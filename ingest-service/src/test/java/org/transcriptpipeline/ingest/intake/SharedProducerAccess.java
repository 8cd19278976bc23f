package org.transcriptpipeline.ingest.intake;

import java.time.Duration;

/// Breaks what only Kafka could break otherwise.
public final class SharedProducerAccess {

    private SharedProducerAccess() {}

    /// A closed producer takes nothing for ever, as one does that was fenced or lost its sequence.
    public static void breakProducer(SharedProducer producer) {
        producer.current().close(Duration.ofSeconds(1));
    }
}

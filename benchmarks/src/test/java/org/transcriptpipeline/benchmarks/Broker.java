package org.transcriptpipeline.benchmarks;

import java.nio.file.Path;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;

/// Kafka in a process of its own, so that its cost is its own.
final class Broker {

    private Broker() {}

    /// @param arguments directory and port
    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedKafkaBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        Thread.sleep(Long.MAX_VALUE); // until it is ended
    }
}

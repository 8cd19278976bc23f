package org.transcriptpipeline.pipeline;

import java.nio.file.Path;
import org.transcriptpipeline.embedded.EmbeddedKafkaBroker;

/// A broker that can be killed without anybody else.
final class BrokerProcess {

    private BrokerProcess() {}

    /// @param arguments directory and port
    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedKafkaBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        Thread.sleep(Long.MAX_VALUE); // until it is killed
    }
}

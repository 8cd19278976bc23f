package org.transcriptpipeline.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The start that trains the AOT cache while the image is built: the whole context is made, and nobody is there to
/// connect to.
class TrainingStartTest {

    @Test
    void theContextIsMadeWithoutADatabase(@TempDir Path directory) throws IOException, InterruptedException {
        var log = directory.resolve("log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dspring.context.exit=onRefresh",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ArchiverApplication.class.getName(),
                        "--spring.config.additional-location=file:../deploy/image/training.yml",
                        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/nobody",
                        "--spring.kafka.bootstrap-servers=127.0.0.1:1")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
}

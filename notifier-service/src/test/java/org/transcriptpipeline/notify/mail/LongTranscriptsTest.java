package org.transcriptpipeline.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongTranscriptsTest {

    @Test
    @Tag("N15")
    void tenTranscriptsOfTenThousandMessagesWithAllAttachmentsNeedNoMoreThanASmallHeap(@TempDir Path directory)
            throws Exception {
        var output = directory.resolve("output");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LongTranscripts.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        var said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said.lines())
                .hasSize(LongTranscripts.MAILS)
                .allMatch(line -> line.matches("mail \\d{8} bytes, 5 attachments, whole true"));
        try (var left = Files.list(directory)) {
            assertThat(left).as("no file is left behind").containsExactly(output);
        }
    }
}

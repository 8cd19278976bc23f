package org.transcriptpipeline.notify.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivedMediaTest {

    @TempDir
    Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aFileIsFoundByItsHash() throws Exception {
        var hash = put("a picture");

        assertThat(media(100).of(hash)).isEqualTo(place(hash)).hasContent("a picture");
    }

    @Test
    void aFileThatWasAlteredIsNotAttached() throws Exception {
        var hash = put("a picture");
        Files.writeString(place(hash), "another!!");

        assertThat(media(100).of(hash)).isNull();
        assertThat(notAttached("altered")).isEqualTo(1);
    }

    @Test
    void aFileThatIsMissingOrTooLargeIsNotAttached() throws Exception {
        var hash = put("a picture");

        assertThat(media(8).of(hash)).isNull();
        assertThat(notAttached("too_large")).isEqualTo(1);

        Files.delete(place(hash));

        assertThat(media(100).of(hash)).isNull();
        assertThat(notAttached("missing")).isEqualTo(1);
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        var hash = put("a picture");
        var elsewhere = Files.move(place(hash), directory.resolve("elsewhere"));
        Files.createSymbolicLink(place(hash), elsewhere);

        assertThat(media(100).of(hash)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../../../../etc/passwd", "AB", "/etc/passwd"})
    void whatIsNoHashIsNoPath(String odd) {
        assertThat(media(100).of(odd)).isNull();
    }

    @Test
    void withoutADirectoryThereAreNoFiles() throws Exception {
        assertThat(new ArchivedMedia(null, 100, 100, meters).of(put("a picture")))
                .isNull();
    }

    private ArchivedMedia media(long largest) {
        return new ArchivedMedia(directory, largest, 1000, meters);
    }

    private double notAttached(String reason) {
        return meters.counter("transcripts_media_not_attached", "reason", reason)
                .count();
    }

    private Path place(String hash) {
        return directory.resolve(hash.substring(0, 2)).resolve(hash);
    }

    private String put(String content) throws Exception {
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8)));
        write(place(hash), content);
        return hash;
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}

package org.transcriptpipeline.archive.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.archive.media.ContentStore.StoredFile;

class ContentStoreTest {

    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    private static final Instant NOW = Instant.now();

    @TempDir
    Path directory;

    private ContentStore store;

    @BeforeEach
    void open() {
        store = new ContentStore(directory, NOW);
    }

    @Test
    void aFileIsKeptByItsHash() throws Exception {
        var kept = keep("hello");

        assertThat(kept).isEqualTo(new StoredFile(HELLO, "text/plain", 5));
        assertThat(directory.resolve("2c").resolve(HELLO)).hasContent("hello");
        assertThat(files()).hasSize(1);
    }

    @Test
    void theSameBytesTwiceAreOneFile() throws Exception {
        assertThat(keep("hello")).isEqualTo(keep("hello"));
        assertThat(files()).hasSize(1);
    }

    @Test
    void aDamagedFileIsReplacedByTheNextThatBringsItsBytes() throws Exception {
        keep("hello");
        Files.writeString(directory.resolve("2c").resolve(HELLO), "he");

        keep("hello");

        assertThat(directory.resolve("2c").resolve(HELLO)).hasContent("hello");
    }

    @Test
    void whatIsNotKeptLeavesNothing() throws Exception {
        try (var file = store.begin()) {
            file.write("half of".getBytes(UTF_8), 7);
        }

        assertThat(files()).isEmpty();
    }

    @Test
    void whatADeadProcessLeftIsRemovedAtTheNextStart() throws Exception {
        var old = Files.writeString(directory.resolve("incoming").resolve("old.part"), "x");
        var fresh = Files.writeString(directory.resolve("incoming").resolve("fresh.part"), "x");
        Files.setLastModifiedTime(old, FileTime.from(NOW.minus(Duration.ofDays(1))));

        new ContentStore(directory, NOW);

        assertThat(files()).containsExactly(fresh);
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsToldByItsSetting() throws Exception {
        var file = Files.writeString(directory.resolve("no directory"), "x");

        assertThatThrownBy(() -> new ContentStore(file, NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("MEDIA_DIRECTORY");
    }

    private StoredFile keep(String text) throws IOException {
        try (var file = store.begin()) {
            var bytes = text.getBytes(UTF_8);
            file.write(bytes, 2); // in pieces, as they come
            file.write(text.substring(2).getBytes(UTF_8), bytes.length - 2);
            return file.keep("text/plain");
        }
    }

    private List<Path> files() throws IOException {
        try (var all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}

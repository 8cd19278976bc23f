package org.transcriptpipeline.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.event.TranscriptReady;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SnapshotCodecTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final SnapshotCodec codec = new SnapshotCodec();

    /// Snapshots are kept as long as the conversation is: what was written once has to be read for ever.
    @Test
    void aSnapshotIsWrittenAsItsFrozenFileShows() {
        assertThat(codec.encode(sample())).isEqualTo(JSON.readTree(frozen()).toString());
    }

    @Test
    void aFrozenFileIsReadAsItsSnapshot() {
        assertThat(codec.decode(frozen())).isEqualTo(sample());
    }

    @Test
    void aSnapshotThatIsReadAndWrittenAgainKeepsItsHash() {
        var content = codec.encode(sample());

        assertThat(SnapshotCodec.sha256(codec.encode(codec.decode(content)))).isEqualTo(SnapshotCodec.sha256(content));
    }

    @Test
    void whatNobodySaidStaysUnsaid() {
        var bare = new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                "h",
                1,
                "AC",
                "CH",
                null,
                null,
                "closed",
                null,
                null,
                Map.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                new TranscriptSnapshot.Conversation(null, null, null, "other", List.of(), null, null, null, null),
                new TranscriptSnapshot.Verdict("unverified", null),
                0,
                0,
                0,
                List.of(),
                List.of(),
                0,
                0,
                TranscriptReady.TRANSCRIPT,
                null);

        assertThat(codec.decode(codec.encode(bare))).isEqualTo(bare);
    }

    @Test
    @Tag("O2")
    void fieldsOfALaterFormatAreIgnored() {
        var tree = (ObjectNode) JSON.readTree(frozen());
        tree.put("somethingNew", 1);
        ((ObjectNode) tree.get("conversation")).put("somethingNew", 1);
        tree.get("messages").forEach(message -> ((ObjectNode) message).put("somethingNew", 1));

        assertThat(codec.decode(tree.toString())).isEqualTo(sample());
    }

    @Test
    void whatIsNoSnapshotIsRefused() {
        assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> codec.decode("[]"));
        assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> codec.decode("words"));
        assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> codec.decode("{}"));
    }

    @Test
    void theHashIsSha256() { // FIPS 180-2, appendix B.1
        assertThat(SnapshotCodec.sha256("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void printingASnapshotNamesTheHandoffOnly() {
        assertThat(sample()).hasToString("TranscriptSnapshot[0f1e2d3c4b5a69788796a5b4c3d2e1f0:2]");
    }

    private static TranscriptSnapshot sample() {
        var answers = new LinkedHashMap<String, Object>();
        answers.put("name", "Rex");
        answers.put("colour", List.of("brown", "white"));
        var media = new TranscriptSnapshot.Media(
                "ME1",
                "image/jpeg",
                "puppy.jpg",
                48213L,
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        return new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                2,
                "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "CH91d2c3b4a5f64e7788990a1b2c3d4e5f",
                "FNa4b5c6d7e8f90a1b2c3d4e5f60718293",
                "FW93a4b5c6d7e8f90a1b2c3d4e5f607182",
                "flow_ended",
                "asked for a person",
                "Wants the puppy with the white paw",
                answers,
                at(45),
                at(50),
                new TranscriptSnapshot.Conversation(
                        "Puppies",
                        "puppies",
                        "active",
                        "sms",
                        List.of("+12025550143"),
                        "+12025550199",
                        at(0),
                        at(40),
                        at(44)),
                new TranscriptSnapshot.Verdict("gap", "1 message is missing, the first at index 3"),
                7,
                1,
                1,
                List.of(new TranscriptSnapshot.Participant("MB1", "agent-7", "+12025550143", "sms", at(41), "Robin")),
                List.of(new TranscriptSnapshot.Message(
                        1,
                        "IM1",
                        0L,
                        "+12025550143",
                        "customer",
                        "inbound",
                        "Hi, is the puppy still there? Café & bar 😀",
                        at(1),
                        at(2),
                        at(3),
                        List.of(media),
                        "undelivered",
                        30003,
                        "The phone was switched off or out of reach.",
                        "Try again later or call.",
                        true,
                        true)),
                5,
                1,
                TranscriptReady.FOLLOW_UP,
                1);
    }

    private static Instant at(int second) {
        return Instant.parse("2026-03-02T14:05:00Z").plusSeconds(second);
    }

    private static String frozen() {
        try (var file = SnapshotCodecTest.class.getResourceAsStream("/snapshots/1.json")) {
            assertThat(file).isNotNull();
            return new String(file.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

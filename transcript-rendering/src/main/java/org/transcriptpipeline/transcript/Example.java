package org.transcriptpipeline.transcript;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Conversation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Verdict;

/// Two conversations of nobody, by which a team's templates are tried out at start: an empty one, and one that has
/// everything that a template may ask for.
final class Example {

    static final Links LINKS =
            new Links(URI.create("https://example.com/answer"), URI.create("https://example.com/take"));

    private static final Instant TIME = Instant.parse("2026-01-01T12:00:00Z");

    private Example() {}

    static Stream<TranscriptSnapshot> snapshots() {
        return Stream.of(
                snapshot(Map.of(), List.of()),
                snapshot(
                        Map.of("name", "Anna\nB."),
                        List.of(
                                message(1, "customer", "inbound", null),
                                message(2, "flow", "outbound", "undelivered"))));
    }

    static TranscriptSnapshot snapshot(Map<String, Object> answers, List<Message> messages) {
        return new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                "example",
                1,
                "",
                "",
                null,
                "FW",
                "flow_ended",
                "reason",
                "a note\nof two lines",
                answers,
                TIME,
                TIME,
                new Conversation(
                        null, null, "active", "sms", List.of("+15005550006"), "+15005550001", TIME, null, null),
                new Verdict("gap", "reason"),
                messages.size(),
                messages.isEmpty() ? 0 : 1,
                1,
                List.of(),
                messages,
                0,
                0,
                TranscriptReady.TRANSCRIPT,
                null);
    }

    static Message message(
            int position, String kind, String direction, @org.jspecify.annotations.Nullable String status) {
        return new Message(
                position,
                "IM" + position,
                position - 1L,
                "author",
                kind,
                direction,
                "Hello\nthere",
                TIME,
                TIME,
                null,
                List.of(new Media("ME", "image/jpeg", "a.jpg", 1L, null)),
                status,
                status == null ? null : 30003,
                null,
                null,
                false,
                false);
    }
}

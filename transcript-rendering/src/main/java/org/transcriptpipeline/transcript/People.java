package org.transcriptpipeline.transcript;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;
import org.transcriptpipeline.transcript.HandoffDocument.Line;

/// Who is who in a conversation.
final class People {

    static final int LONGEST_NAME = 120;

    private static final Pattern NUMBER = Pattern.compile("(?:whatsapp:|rcs:|sms:)?(\\+[0-9]{6,15})");

    private final Map<String, String> names = new HashMap<>();
    private final Wording wording;

    People(TranscriptSnapshot snapshot, Wording wording) {
        this.wording = wording;
        for (var participant : snapshot.participants()) {
            var name = participant.name();
            if (name == null || name.isBlank()) {
                continue;
            }
            if (participant.identity() != null) {
                names.put(participant.identity(), name);
            }
            if (participant.address() != null) {
                names.put(participant.address(), name);
            }
        }
    }

    /// `Agent Marie Curie (marie)`, `Customer +15005550006`.
    String speaker(Message message) {
        var kind = switch (message.authorKind()) {
            case "customer", "agent", "flow" -> message.authorKind();
            default -> "system";
        };
        var author = message.author();
        var word = wording.text("speaker." + kind);
        return author == null || author.isBlank() ? word : word + " " + named(author);
    }

    /// With the name where it is known.
    String named(String author) {
        var name = names.get(author);
        var shown = HarmlessText.line(author, LONGEST_NAME);
        return name == null || name.equals(author) ? shown : HarmlessText.line(name, LONGEST_NAME) + " (" + shown + ")";
    }

    @Nullable
    String name(String address) {
        return names.get(address);
    }

    /// A line that calls the number where it is one.
    Line line(String address) {
        var number = NUMBER.matcher(address);
        return new Line(named(address), number.matches() ? "tel:" + number.group(1) : "");
    }
}

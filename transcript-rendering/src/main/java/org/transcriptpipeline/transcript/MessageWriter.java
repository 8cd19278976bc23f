package org.transcriptpipeline.transcript;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;
import org.transcriptpipeline.transcript.ErrorTexts.ErrorText;
import org.transcriptpipeline.transcript.HandoffDocument.Change;
import org.transcriptpipeline.transcript.HandoffDocument.Entry;
import org.transcriptpipeline.transcript.HandoffDocument.Failure;

/// Says what there is to say about one message; nothing stays blank.
final class MessageWriter {

    private static final int LONGEST_EXCERPT = 80;

    private final Wording wording;
    private final ZoneId zone;
    private final ErrorTexts errors;
    private final People people;
    private final Limits limits;
    private final Map<String, String> attachedMedia;

    /// @param attachedMedia name of the attachment by hash
    MessageWriter(
            Wording wording,
            ZoneId zone,
            ErrorTexts errors,
            People people,
            Limits limits,
            Map<String, String> attachedMedia) {
        this.wording = wording;
        this.zone = zone;
        this.errors = errors;
        this.people = people;
        this.limits = limits;
        this.attachedMedia = attachedMedia;
    }

    Entry entry(Excerpt.Item item) {
        return switch (item) {
            case Excerpt.LeftOut leftOut -> new Entry("", "", gap(leftOut), List.of(), List.of(), "", "gap");
            case Excerpt.Shown(var message) ->
                new Entry(
                        Long.toString(message.position()),
                        wording.time(message.sentAt(), zone),
                        people.speaker(message),
                        message.body() == null || message.body().isEmpty() || message.removedAt() != null
                                ? List.of()
                                : HarmlessText.lines(message.body(), limits.message(), wording),
                        notes(message),
                        Delivery.hasFailed(message) ? whatFailed(message) : "",
                        switch (message.authorKind()) {
                            case "customer", "agent", "flow" -> message.authorKind();
                            default -> "system";
                        });
        };
    }

    private String gap(Excerpt.LeftOut leftOut) {
        if (leftOut.unknown() == leftOut.messages()) {
            return wording.count("gap.unknown", leftOut.messages());
        }
        return leftOut.unknown() == 0
                ? wording.count("gap.attached", leftOut.messages())
                : wording.count("gap.both", leftOut.messages(), wording.number(leftOut.unknown()));
    }

    String heading(Message message) {
        return message.position() + ". " + wording.time(message.sentAt(), zone) + " – " + people.speaker(message);
    }

    private String excerpt(Message message) {
        if (message.removedAt() != null) {
            return wording.text("message.removed", wording.time(message.removedAt(), zone));
        }
        return message.body() == null || message.body().isBlank()
                ? wording.text("message.no_text")
                : HarmlessText.line(message.body(), LONGEST_EXCERPT);
    }

    private List<String> notes(Message message) {
        List<String> notes = new ArrayList<>();
        if (message.removedAt() != null) {
            notes.add(wording.text("message.removed", wording.time(message.removedAt(), zone)));
        } else if (message.stub()) {
            notes.add(wording.text("message.stub"));
        } else if (message.body() == null && message.media().isEmpty()) {
            notes.add(wording.text("message.unknown"));
        } else if (message.body() != null
                && message.body().isEmpty()
                && message.media().isEmpty()) {
            notes.add(wording.text("message.empty"));
        }
        message.media().stream().map(this::media).forEach(notes::add);
        if (message.editedAt() != null && message.removedAt() == null) {
            notes.add(wording.text("message.edited", wording.time(message.editedAt(), zone)));
        }
        var status = message.deliveryStatus();
        if (status != null && message.direction().equals("outbound") && !Delivery.hasFailed(message)) {
            notes.add(wording.text(Delivery.hasArrived(message) ? "mark.arrived" : "mark.open", status(status)));
        }
        return notes;
    }

    private String media(Media media) {
        var parts = new ArrayList<String>();
        parts.add(
                media.contentType() == null
                        ? wording.text("media.unknown_type")
                        : HarmlessText.line(media.contentType(), People.LONGEST_NAME));
        if (media.filename() != null && !media.filename().isBlank()) {
            parts.add(HarmlessText.line(media.filename(), People.LONGEST_NAME));
        }
        if (media.sizeBytes() != null) {
            parts.add(wording.size(media.sizeBytes()));
        }
        var described = String.join(", ", parts);
        var attached = media.sha256() == null ? null : attachedMedia.get(media.sha256());
        return attached == null
                ? wording.text("media.named", described)
                : wording.text("media.attached", described, attached);
    }

    Failure failure(Message message) {
        var known = errorText(message);
        return new Failure(
                heading(message),
                excerpt(message),
                whatFailed(message),
                known == null || known.advice().isBlank()
                        ? wording.text("advice.usual")
                        : HarmlessText.line(known.advice(), valueLength()));
    }

    /// What happened, in a sentence or two.
    String whatFailed(Message message) {
        var status = message.deliveryStatus() == null ? wording.text("status.none") : status(message.deliveryStatus());
        var code = message.deliveryErrorCode();
        var known = errorText(message);
        var state = code == null ? status : wording.text("failure.state", status, code);
        String reason;
        if (known != null) {
            reason = HarmlessText.line(known.meaning(), valueLength());
        } else {
            reason = code == null
                    ? wording.text("failure.reason.none")
                    : wording.text("failure.reason.unknown", code.toString());
        }
        return wording.text(message.contradictory() ? "failure.contradictory" : "failure.plain", state, reason);
    }

    private @Nullable ErrorText errorText(Message message) {
        var code = message.deliveryErrorCode();
        var text = code == null ? null : errors.of(code, wording.language());
        if (text != null || message.deliveryError() == null) {
            return text;
        }
        return new ErrorText(message.deliveryError(), message.deliveryAdvice() == null ? "" : message.deliveryAdvice());
    }

    private String status(String status) {
        return HarmlessText.line(wording.word("status", status), People.LONGEST_NAME);
    }

    Change edited(Message message) {
        return new Change(
                heading(message),
                wording.text("change.edited", wording.time(message.editedAt(), zone)),
                message.body() == null || message.body().isEmpty()
                        ? List.of(wording.text("message.empty"))
                        : HarmlessText.lines(message.body(), limits.message(), wording));
    }

    Change removed(Message message) {
        return new Change(
                heading(message), wording.text("change.removed", wording.time(message.removedAt(), zone)), List.of());
    }

    Change arrived(Message message) {
        var status = message.deliveryStatus();
        return new Change(
                heading(message),
                wording.text("change.arrived", status == null ? wording.text("status.none") : status(status)),
                List.of(excerpt(message)));
    }

    private int valueLength() {
        return Math.min(limits.value(), 2000);
    }
}

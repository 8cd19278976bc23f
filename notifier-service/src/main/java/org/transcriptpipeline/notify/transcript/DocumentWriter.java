package org.transcriptpipeline.notify.transcript;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.notify.transcript.HandoffDocument.Entry;
import org.transcriptpipeline.notify.transcript.HandoffDocument.Failure;
import org.transcriptpipeline.notify.transcript.HandoffDocument.Field;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;
import tools.jackson.databind.json.JsonMapper;

/// Says in plain words what is in a snapshot: what the operator needs to take over, the most urgent first.
final class DocumentWriter {

    private static final int MOST_MESSAGES = 2000;
    private static final int MOST_CHARACTERS = 1024 * 1024;
    private static final int LONGEST_MESSAGE = 64 * 1024;
    private static final int LONGEST_NAME = 120;
    private static final int LONGEST_VALUE = 2000;
    private static final int LONGEST_EXCERPT = 80;
    private static final int LONGEST_SUBJECT = 160;
    private static final int LONGEST_SUBJECT_PART = 60;
    private static final int MOST_ADDRESSES = 10;
    private static final int MOST_ANSWERS = 50;
    private static final int MOST_FAILURES = 50;
    private static final int REFERENCE_LENGTH = 8;

    private static final Set<String> FAILED = Set.of("failed", "undelivered", "canceled");
    private static final Set<String> ARRIVED = Set.of("delivered", "read");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss zzz", Locale.ENGLISH);

    private final ZoneId zone;
    private final JsonMapper json = new JsonMapper();

    DocumentWriter(ZoneId zone) {
        this.zone = zone;
    }

    HandoffDocument write(TranscriptSnapshot snapshot) {
        var failed =
                snapshot.messages().stream().filter(DocumentWriter::hasFailed).toList();
        var customer = customer(snapshot);
        return new HandoffDocument(
                subject(snapshot, customer),
                "Handoff: " + customer + " by "
                        + Words.channel(snapshot.conversation().channel()),
                facts(snapshot),
                answers(snapshot),
                failed.stream().limit(MOST_FAILURES).map(this::failure).toList(),
                deliveryNotes(snapshot, failed.size()),
                completeness(snapshot),
                "All times: " + zone,
                Excerpt.of(snapshot, MOST_MESSAGES, MOST_CHARACTERS).items().stream()
                        .map(this::entry)
                        .toList());
    }

    private static String subject(TranscriptSnapshot snapshot, String customer) {
        var flow = snapshot.flowSid() == null ? "" : ", flow " + name(snapshot.flowSid(), LONGEST_SUBJECT_PART);
        var handoff = name(snapshot.handoffId(), LONGEST_NAME);
        var reference = handoff.substring(0, Math.min(REFERENCE_LENGTH, handoff.length()))
                + (snapshot.version() > 1 ? "-" + snapshot.version() : "");
        return HarmlessText.line(
                "Handoff: " + name(customer, LONGEST_SUBJECT_PART) + flow + " [" + reference + "]", LONGEST_SUBJECT);
    }

    private static String customer(TranscriptSnapshot snapshot) {
        var addresses = snapshot.conversation().customerAddresses();
        if (!addresses.isEmpty()) {
            var first = name(addresses.getFirst(), LONGEST_NAME);
            return addresses.size() == 1 ? first : first + " and " + Words.count(addresses.size() - 1, "other");
        }
        return snapshot.participants().stream()
                .map(p -> p.address() != null ? p.address() : p.identity())
                .filter(a -> a != null && !a.isBlank())
                .findFirst()
                .map(a -> name(a, LONGEST_NAME))
                .orElse("unknown customer");
    }

    private List<Field> facts(TranscriptSnapshot snapshot) {
        var conversation = snapshot.conversation();
        List<Field> facts = new ArrayList<>();
        facts.add(new Field("Customer", customers(snapshot)));
        add(facts, "Name of the conversation", conversation.friendlyName());
        facts.add(field("Channel", Words.channel(name(conversation.channel(), LONGEST_NAME))));
        add(facts, "Our address", conversation.ourAddress());
        facts.add(field("Handed over because", because(snapshot)));
        add(facts, "Flow", snapshot.flowSid());
        add(facts, "Execution", snapshot.executionSid());
        if (snapshot.note() != null && !snapshot.note().isBlank()) {
            facts.add(new Field("Note", HarmlessText.lines(snapshot.note(), LONGEST_VALUE)));
        }
        facts.add(field("Started", time(conversation.startedAt())));
        facts.add(field("Ended", ended(snapshot)));
        facts.add(field("Messages", messages(snapshot)));
        facts.add(field("Conversation", name(snapshot.conversationSid(), LONGEST_NAME)));
        facts.add(field("Reference", name(snapshot.handoffId(), LONGEST_NAME) + ", version " + snapshot.version()));
        return facts;
    }

    private static List<String> customers(TranscriptSnapshot snapshot) {
        var addresses = snapshot.conversation().customerAddresses();
        if (addresses.size() <= 1) {
            return List.of(customer(snapshot));
        }
        var shown = addresses.stream()
                .limit(MOST_ADDRESSES)
                .map(a -> name(a, LONGEST_NAME))
                .collect(Collectors.toCollection(ArrayList::new));
        if (addresses.size() > MOST_ADDRESSES) {
            shown.add("and " + Words.number(addresses.size() - MOST_ADDRESSES) + " more");
        }
        return shown;
    }

    private static String because(TranscriptSnapshot snapshot) {
        var trigger = switch (snapshot.trigger()) {
            case "flow_ended" -> "the flow ended";
            case "execution_ended" -> "the execution of the flow ended";
            case "closed" -> "the conversation was closed";
            case "inactive" -> "the conversation became inactive";
            case "on_demand" -> "somebody asked for it";
            default -> name(snapshot.trigger(), LONGEST_NAME);
        };
        var reason = snapshot.reason();
        return reason == null || reason.isBlank() ? trigger : trigger + ": " + HarmlessText.line(reason, LONGEST_VALUE);
    }

    private String ended(TranscriptSnapshot snapshot) {
        var conversation = snapshot.conversation();
        var ended = time(snapshot.requestedAt());
        if (conversation.removedAt() != null) {
            return ended + "; deleted at Twilio " + time(conversation.removedAt());
        }
        return conversation.closedAt() == null
                ? ended + "; the conversation is still open"
                : ended + "; the conversation was closed " + time(conversation.closedAt());
    }

    private static String messages(TranscriptSnapshot snapshot) {
        var count = Words.number(snapshot.messageCount());
        return snapshot.failedCount() == 0
                ? count + ", none is known to have failed"
                : count + ", " + Words.number(snapshot.failedCount()) + " FAILED";
    }

    private List<Field> answers(TranscriptSnapshot snapshot) {
        List<Field> answers = new ArrayList<>();
        for (Map.Entry<String, Object> answer : snapshot.answers().entrySet()) {
            if (answers.size() == MOST_ANSWERS) {
                answers.add(field(
                        "[…]", Words.count(snapshot.answers().size() - MOST_ANSWERS, "more answer") + " left out"));
                break;
            }
            answers.add(new Field(
                    name(answer.getKey(), LONGEST_NAME), HarmlessText.lines(value(answer.getValue()), LONGEST_VALUE)));
        }
        return answers;
    }

    private String value(@Nullable Object value) {
        return switch (value) {
            case null -> "–";
            case String text -> text;
            case List<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String::valueOf).collect(Collectors.joining(", "));
            default -> json.writeValueAsString(value);
        };
    }

    private Failure failure(Message message) {
        return new Failure(
                heading(message),
                message.body() == null || message.body().isBlank()
                        ? "[no text]"
                        : HarmlessText.line(message.body(), LONGEST_EXCERPT),
                whatFailed(message),
                message.deliveryAdvice() == null
                        ? "Reach the customer another way, or send it again."
                        : HarmlessText.line(message.deliveryAdvice(), LONGEST_VALUE));
    }

    private static String whatFailed(Message message) {
        var what = new StringBuilder("Not delivered");
        var status = message.deliveryStatus();
        var code = message.deliveryErrorCode();
        if (message.contradictory()) {
            what.append(" according to one report, delivered according to another");
        }
        what.append(" (").append(status == null ? "no state" : name(status, LONGEST_NAME));
        if (code != null) {
            what.append(", error ").append(code);
        }
        what.append("). ");
        return what.append(
                        message.deliveryError() == null
                                ? "The reason is not known."
                                : HarmlessText.line(message.deliveryError(), LONGEST_VALUE))
                .toString();
    }

    private List<String> deliveryNotes(TranscriptSnapshot snapshot, int listed) {
        List<String> notes = new ArrayList<>();
        int shown = Math.min(listed, MOST_FAILURES);
        if (snapshot.failedCount() > shown && shown > 0) {
            notes.add(Words.count(snapshot.failedCount() - shown, "more message") + " failed.");
        } else if (snapshot.failedCount() > 0 && shown == 0) {
            notes.add(Words.count(snapshot.failedCount(), "message") + " failed, none of them shown here.");
        } else if (shown == 0) {
            notes.add("Nothing that was sent is known to have failed.");
        }
        long open = snapshot.messages().stream()
                .filter(m -> m.direction().equals("outbound") && m.deliveryStatus() != null)
                .filter(m -> !hasFailed(m) && !ARRIVED.contains(m.deliveryStatus()))
                .count();
        if (open > 0) {
            notes.add("Of " + Words.count(open, "message") + " it is not known yet whether "
                    + (open == 1 ? "it" : "they") + " arrived.");
        }
        return notes;
    }

    private static List<String> completeness(TranscriptSnapshot snapshot) {
        var verdict = snapshot.verdict();
        List<String> lines = new ArrayList<>();
        lines.add(
                switch (verdict.verdict()) {
                    case "complete" -> "Complete: compared with the list that Twilio keeps.";
                    case "reconciling" ->
                        "Still being compared with the list that Twilio keeps; messages may be missing.";
                    case "gap" -> "INCOMPLETE: messages are missing. Look at the conversation before you answer.";
                    case "unverified" ->
                        "Unverified: this is what Twilio told us by itself; messages sent through its API may be"
                                + " missing.";
                    default -> name(verdict.verdict(), LONGEST_NAME);
                });
        if (verdict.reason() != null && !verdict.reason().isBlank()) {
            lines.add("Reason: " + HarmlessText.line(verdict.reason(), LONGEST_VALUE));
        }
        if (snapshot.missingCount() > 0) {
            lines.add("Known to be missing: " + Words.count(snapshot.missingCount(), "message") + ".");
        }
        return lines;
    }

    private Entry entry(Excerpt.Item item) {
        return switch (item) {
            case Excerpt.LeftOut(var number) ->
                new Entry(
                        "[" + Words.count(number, "message") + (number == 1 ? " is" : " are")
                                + " left out here; the conversation has them all]",
                        List.of(),
                        List.of(),
                        "",
                        "gap");
            case Excerpt.Shown(var message) ->
                new Entry(
                        message.position() + ". " + heading(message),
                        message.body() == null || message.body().isEmpty() || message.removedAt() != null
                                ? List.of()
                                : HarmlessText.lines(message.body(), LONGEST_MESSAGE),
                        notes(message),
                        hasFailed(message) ? whatFailed(message) : "",
                        switch (message.authorKind()) {
                            case "customer", "agent", "flow" -> message.authorKind();
                            default -> "system";
                        });
        };
    }

    private String heading(Message message) {
        return time(message.sentAt()) + " – " + speaker(message);
    }

    private static String speaker(Message message) {
        var kind = switch (message.authorKind()) {
            case "customer" -> "Customer";
            case "agent" -> "Agent";
            case "flow" -> "Flow";
            default -> "System";
        };
        var author = message.author();
        return author == null || author.isBlank() ? kind : kind + " " + name(author, LONGEST_NAME);
    }

    private List<String> notes(Message message) {
        List<String> notes = new ArrayList<>();
        if (message.removedAt() != null) {
            notes.add("[removed " + time(message.removedAt()) + "]");
        } else if (message.stub()) {
            notes.add("[the message itself is missing: only a delivery receipt of it came]");
        } else if (message.body() == null && message.media().isEmpty()) {
            notes.add("[the text is not known]");
        } else if (message.body() != null
                && message.body().isEmpty()
                && message.media().isEmpty()) {
            notes.add("[empty]");
        }
        message.media().stream().map(DocumentWriter::media).forEach(notes::add);
        if (message.editedAt() != null && message.removedAt() == null) {
            notes.add("[edited " + time(message.editedAt()) + "]");
        }
        var status = message.deliveryStatus();
        if (status != null && message.direction().equals("outbound") && !hasFailed(message)) {
            notes.add("[" + name(status, LONGEST_NAME)
                    + (ARRIVED.contains(status) ? "]" : "; whether it arrived is not known]"));
        }
        return notes;
    }

    private static String media(Media media) {
        var parts = new ArrayList<String>();
        parts.add(media.contentType() == null ? "unknown type" : name(media.contentType(), LONGEST_NAME));
        if (media.filename() != null && !media.filename().isBlank()) {
            parts.add(name(media.filename(), LONGEST_NAME));
        }
        if (media.sizeBytes() != null) {
            parts.add(Words.size(media.sizeBytes()));
        }
        return "[attachment: " + String.join(", ", parts) + "]";
    }

    private static boolean hasFailed(Message message) {
        return message.contradictory()
                || (message.deliveryStatus() != null && FAILED.contains(message.deliveryStatus()));
    }

    private String time(@Nullable Instant time) {
        return time == null ? "time not known" : TIME.format(time.atZone(zone));
    }

    private static void add(List<Field> facts, String label, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            facts.add(field(label, name(value, LONGEST_NAME)));
        }
    }

    private static Field field(String label, String line) {
        return new Field(label, List.of(line));
    }

    private static String name(String text, int longest) {
        return HarmlessText.line(text, longest);
    }
}

package org.transcriptpipeline.transcript;

import java.net.URI;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.transcript.HandoffDocument.Change;
import org.transcriptpipeline.transcript.HandoffDocument.Field;
import org.transcriptpipeline.transcript.HandoffDocument.Line;
import tools.jackson.databind.json.JsonMapper;

/// Says in plain words what is in a snapshot: what the operator needs to take over, the most urgent first. A follow-up
/// tells what changed; a reminder the short facts and the last messages.
final class DocumentWriter {

    private static final int LONGEST_NAME = People.LONGEST_NAME;
    private static final int LONGEST_SUBJECT = 200; // more than its longest parts together
    private static final int LONGEST_SUBJECT_PART = 60;
    private static final int MOST_ADDRESSES = 10;
    private static final int LAST_MESSAGES = 5;
    private static final int REFERENCE_LENGTH = 8;

    private static final JsonMapper JSON = new JsonMapper();

    private final TranscriptSnapshot snapshot;
    private final @Nullable Changes changes;
    private final Presentation presentation;
    private final Wording wording;
    private final Links links;
    private final Limits limits;
    private final ZoneId zone;
    private final People people;
    private final MessageWriter messages;

    /// @param changes null: everything is told
    /// @param attachedMedia name of the attachment by hash
    DocumentWriter(
            TranscriptSnapshot snapshot,
            @Nullable Changes changes,
            Presentation presentation,
            Wording wording,
            ErrorTexts errors,
            Links links,
            Limits limits,
            Map<String, String> attachedMedia) {
        this.snapshot = snapshot;
        this.changes = changes;
        this.presentation = presentation;
        this.wording = wording;
        this.links = links;
        this.limits = limits;
        this.zone = presentation.zone();
        this.people = new People(snapshot, wording);
        this.messages = new MessageWriter(wording, zone, errors, people, limits, attachedMedia);
    }

    /// A document, and whether something is left out in it that is there.
    record Written(HandoffDocument document, boolean isShortened) {}

    Written write() {
        var told = told();
        var failed = changes == null
                ? snapshot.messages().stream().filter(Delivery::hasFailed).toList()
                : changes.failed();
        var deliveryNotes = changes == null ? deliveryNotes(failed.size()) : moreFailures(failed.size());
        var document = new HandoffDocument(
                wording.language().toLanguageTag(),
                subject(),
                wording.text("title." + kind(), customer(), channel()),
                alerts(),
                changes == null && !isReminder() ? facts() : shortFacts(),
                links(),
                changes == null ? answers() : List.of(),
                !failed.isEmpty() || !deliveryNotes.isEmpty(),
                failed.stream().limit(limits.failures()).map(messages::failure).toList(),
                deliveryNotes,
                changes == null ? List.of() : changes(changes),
                changes == null || changes.isJudgedAnew() ? completeness() : List.of(),
                wording.text(entriesHeading()),
                wording.text("times", zone),
                told.items().isEmpty() ? wording.text(changes == null ? "entries.none" : "entries.none_new") : "",
                () -> told.items().stream().map(messages::entry).iterator());
        return new Written(
                document,
                told.isShortened()
                        || failed.size() > limits.failures()
                        || snapshot.answers().size() > limits.answers());
    }

    private Excerpt told() {
        if (changes != null) {
            return Excerpt.of(changes.added(), limits);
        }
        if (!isReminder() || limits == Limits.NONE) {
            return Excerpt.of(snapshot, limits);
        }
        return Excerpt.last(LAST_MESSAGES, snapshot, limits);
    }

    private String entriesHeading() {
        if (changes != null) {
            return "heading.new_messages";
        }
        return isReminder() && limits != Limits.NONE ? "heading.last_messages" : "heading.conversation";
    }

    private boolean isReminder() {
        return snapshot.kind().equals(TranscriptReady.REMINDER);
    }

    /// Or else asked for by somebody who reads, so that there is no reason, no end and no reference.
    private boolean isHandoff() {
        return !snapshot.kind().equals(TranscriptSnapshot.CONVERSATION);
    }

    /// Of the closed list; a kind of a later day reads as a transcript.
    private String kind() {
        return switch (snapshot.kind()) {
            case TranscriptReady.FOLLOW_UP,
                    TranscriptReady.REMINDER,
                    TranscriptReady.RESEND,
                    TranscriptSnapshot.CONVERSATION -> snapshot.kind();
            default -> TranscriptReady.TRANSCRIPT;
        };
    }

    /// The reference stays the same in all versions: it is what somebody searches for.
    private String subject() {
        var flow = snapshot.flowSid();
        String flowPart;
        if (flow == null) {
            flowPart = "";
        } else {
            var name = presentation.flowNames().get(flow);
            flowPart = name == null
                    ? wording.text("subject.flow", HarmlessText.line(flow, LONGEST_SUBJECT_PART))
                    : wording.text("subject.named_flow", HarmlessText.line(name, LONGEST_SUBJECT_PART));
        }
        return HarmlessText.line(
                wording.text(
                        "subject." + kind(),
                        HarmlessText.line(customer(), LONGEST_SUBJECT_PART),
                        flowPart,
                        reference(snapshot)),
                LONGEST_SUBJECT);
    }

    /// Short, and safe in a file's name.
    static String reference(TranscriptSnapshot snapshot) {
        var id = snapshot.handoffId().replaceAll("[^A-Za-z0-9_-]", "");
        return id.substring(0, Math.min(REFERENCE_LENGTH, id.length()));
    }

    private String customer() {
        var addresses = snapshot.conversation().customerAddresses();
        if (!addresses.isEmpty()) {
            var first = people.named(addresses.getFirst());
            return addresses.size() == 1 ? first : wording.count("customer.others", addresses.size() - 1, first);
        }
        return snapshot.participants().stream()
                .map(p -> p.address() != null ? p.address() : p.identity())
                .filter(a -> a != null && !a.isBlank())
                .findFirst()
                .map(people::named)
                .orElse(wording.text("customer.unknown"));
    }

    private String channel() {
        return HarmlessText.line(wording.word("channel", snapshot.conversation().channel()), LONGEST_NAME);
    }

    private List<String> alerts() {
        List<String> alerts = new ArrayList<>();
        switch (kind()) {
            case TranscriptReady.FOLLOW_UP ->
                alerts.add(wording.text(changes == null ? "alert.follow_up_whole" : "alert.follow_up"));
            case TranscriptReady.REMINDER ->
                alerts.add(wording.text("alert.reminder", wording.time(snapshot.requestedAt(), zone)));
            case TranscriptReady.RESEND -> alerts.add(wording.text("alert.resend"));
            default -> {}
        }
        if (snapshot.messages().stream().anyMatch(Delivery::isOptOut)) {
            alerts.add(wording.text("alert.opted_out", Integer.toString(Delivery.OPTED_OUT)));
        }
        return alerts;
    }

    private List<Field> facts() {
        var conversation = snapshot.conversation();
        List<Field> facts = new ArrayList<>(who());
        add(facts, "label.our_address", conversation.ourAddress());
        addFlow(facts);
        if (isHandoff()) {
            facts.add(field("label.because", because()));
        }
        addNote(facts);
        facts.add(field("label.started", wording.time(conversation.startedAt(), zone)));
        facts.add(isHandoff() ? field("label.ended", ended()) : field("label.state", state()));
        facts.add(field("label.messages", messageCount()));
        add(facts, "label.conversation_name", conversation.friendlyName());
        facts.add(field("label.conversation", HarmlessText.line(snapshot.conversationSid(), LONGEST_NAME)));
        add(facts, "label.execution", snapshot.executionSid());
        if (isHandoff()) {
            facts.add(referenceField());
        }
        return facts;
    }

    private List<Field> shortFacts() {
        List<Field> facts = new ArrayList<>(who());
        addFlow(facts);
        addNote(facts);
        if (isReminder()) {
            facts.add(field("label.because", because()));
            facts.add(
                    field("label.started", wording.time(snapshot.conversation().startedAt(), zone)));
            facts.add(field("label.ended", ended()));
        }
        facts.add(field("label.messages", messageCount()));
        facts.add(field("label.conversation", HarmlessText.line(snapshot.conversationSid(), LONGEST_NAME)));
        facts.add(referenceField());
        return facts;
    }

    private List<Field> who() {
        return List.of(new Field(wording.text("label.customer"), customers()), field("label.channel", channel()));
    }

    private List<Line> customers() {
        var addresses = snapshot.conversation().customerAddresses();
        if (addresses.isEmpty()) {
            return List.of(new Line(customer(), ""));
        }
        var shown = addresses.stream()
                .limit(MOST_ADDRESSES)
                .map(people::line)
                .collect(Collectors.toCollection(ArrayList::new));
        if (addresses.size() > MOST_ADDRESSES) {
            shown.add(new Line(wording.count("customer.more", addresses.size() - MOST_ADDRESSES), ""));
        }
        return shown;
    }

    private void addFlow(List<Field> facts) {
        var flow = snapshot.flowSid();
        if (flow != null) {
            var sid = HarmlessText.line(flow, LONGEST_NAME);
            var name = presentation.flowNames().get(flow);
            facts.add(
                    field("label.flow", name == null ? sid : HarmlessText.line(name, LONGEST_NAME) + " (" + sid + ")"));
        }
    }

    private void addNote(List<Field> facts) {
        var note = snapshot.note();
        if (note != null && !note.isBlank()) {
            facts.add(new Field(wording.text("label.note"), lines(note)));
        }
    }

    private Field referenceField() {
        return field(
                "label.reference",
                wording.text(
                        "reference",
                        HarmlessText.line(snapshot.handoffId(), LONGEST_NAME),
                        Integer.toString(snapshot.version())));
    }

    private String because() {
        var trigger = HarmlessText.line(wording.word("trigger", snapshot.trigger()), LONGEST_NAME);
        var reason = snapshot.reason();
        return reason == null || reason.isBlank()
                ? trigger
                : wording.text("because", trigger, HarmlessText.line(reason, valueLength()));
    }

    private String ended() {
        var conversation = snapshot.conversation();
        var ended = wording.time(snapshot.requestedAt(), zone);
        if (conversation.removedAt() != null) {
            return wording.text("ended.deleted", ended, wording.time(conversation.removedAt(), zone));
        }
        return conversation.closedAt() == null
                ? wording.text("ended.open", ended)
                : wording.text("ended.closed", ended, wording.time(conversation.closedAt(), zone));
    }

    private String state() {
        var conversation = snapshot.conversation();
        if (conversation.removedAt() != null) {
            return wording.text("state.deleted", wording.time(conversation.removedAt(), zone));
        }
        return conversation.closedAt() == null
                ? wording.text("state.open")
                : wording.text("state.closed", wording.time(conversation.closedAt(), zone));
    }

    private String messageCount() {
        return snapshot.failedCount() == 0
                ? wording.count("messages.none_failed", snapshot.messageCount())
                : wording.count("messages.failed", snapshot.messageCount(), wording.number(snapshot.failedCount()));
    }

    private List<Field> links() {
        List<Field> fields = new ArrayList<>();
        addLink(fields, "label.answer_at", links.answerAt());
        addLink(fields, "label.take", links.take());
        return fields;
    }

    /// Only https is made a link; whatever else a team configures is shown.
    private void addLink(List<Field> fields, String label, @Nullable URI uri) {
        if (uri != null) {
            var address = HarmlessText.line(uri.toASCIIString(), 2000);
            fields.add(new Field(
                    wording.text(label), List.of(new Line(address, "https".equals(uri.getScheme()) ? address : ""))));
        }
    }

    private List<Field> answers() {
        List<Field> answers = new ArrayList<>();
        for (Map.Entry<String, Object> answer : snapshot.answers().entrySet()) {
            if (answers.size() == limits.answers()) {
                var left = snapshot.answers().size() - limits.answers();
                answers.add(new Field("[…]", List.of(new Line(wording.count("answers.left_out", left), ""))));
                break;
            }
            answers.add(new Field(HarmlessText.line(answer.getKey(), LONGEST_NAME), lines(value(answer.getValue()))));
        }
        return answers;
    }

    private static String value(@Nullable Object value) {
        return switch (value) {
            case null -> "–";
            case String text -> text;
            case List<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String::valueOf).collect(Collectors.joining(", "));
            default -> JSON.writeValueAsString(value);
        };
    }

    private List<Line> lines(String text) {
        return HarmlessText.lines(text, limits.value(), wording).stream()
                .map(line -> new Line(line, ""))
                .toList();
    }

    private List<String> deliveryNotes(int listed) {
        List<String> notes = new ArrayList<>(moreFailures(listed));
        if (snapshot.failedCount() > 0 && listed == 0) {
            notes.add(wording.count("delivery.failed_elsewhere", snapshot.failedCount()));
        } else if (listed == 0) {
            notes.add(wording.text("delivery.none_failed"));
        }
        long open = snapshot.messages().stream().filter(Delivery::isOpen).count();
        if (open > 0) {
            notes.add(wording.count("delivery.open", open));
        }
        return notes;
    }

    private List<String> moreFailures(int listed) {
        int shown = Math.min(listed, limits.failures());
        int more = (changes == null ? Math.max(listed, snapshot.failedCount()) : listed) - shown;
        return more > 0 && shown > 0 ? List.of(wording.count("delivery.more_failed", more)) : List.of();
    }

    private List<Change> changes(Changes changed) {
        List<Change> told = new ArrayList<>();
        changed.edited().stream().limit(limits.failures()).map(messages::edited).forEach(told::add);
        changed.removed().stream()
                .limit(limits.failures())
                .map(messages::removed)
                .forEach(told::add);
        changed.arrived().stream()
                .limit(limits.failures())
                .map(messages::arrived)
                .forEach(told::add);
        return told;
    }

    private List<String> completeness() {
        var verdict = snapshot.verdict();
        List<String> lines = new ArrayList<>();
        lines.add(HarmlessText.line(wording.word("verdict", verdict.verdict()), 500));
        if (verdict.reason() != null && !verdict.reason().isBlank()) {
            lines.add(wording.text("verdict_reason", HarmlessText.line(verdict.reason(), valueLength())));
        }
        if (snapshot.missingCount() > 0) {
            lines.add(wording.count("missing", snapshot.missingCount()));
        }
        return lines;
    }

    private int valueLength() {
        return Math.min(limits.value(), 2000);
    }

    private void add(List<Field> facts, String label, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            facts.add(field(label, HarmlessText.line(value, LONGEST_NAME)));
        }
    }

    private Field field(String label, String line) {
        return new Field(wording.text(label), List.of(new Line(line, "")));
    }
}

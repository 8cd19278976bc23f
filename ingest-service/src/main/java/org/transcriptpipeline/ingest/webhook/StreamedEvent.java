package org.transcriptpipeline.ingest.webhook;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.ErrorLogged;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.FlowExecutionStarted;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// One CloudEvent being read. The source is made last, since it holds the notes of everything before.
///
/// Source of types and keys: the Event Streams catalogue (`twilio-reference` 6.5, 7.4, 7.5).
final class StreamedEvent {

    private static final String TWILIO = "com.twilio.";

    /// The SIDs that make each event, by type without its prefix.
    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            entry("conversations.conversation.added", List.of("ConversationSid")),
            entry("conversations.conversation.updated", List.of("ConversationSid")),
            entry("conversations.conversation.removed", List.of("ConversationSid")),
            entry("conversations.conversation-state.updated", List.of("ConversationSid")),
            entry("conversations.message.added", List.of("ConversationSid", "MessageSid")),
            entry("conversations.message.updated", List.of("ConversationSid", "MessageSid")),
            entry("conversations.message.removed", List.of("ConversationSid", "MessageSid")),
            entry("conversations.participant.added", List.of("ConversationSid", "ParticipantSid")),
            entry("conversations.participant.updated", List.of("ConversationSid", "ParticipantSid")),
            entry("conversations.participant.removed", List.of("ConversationSid", "ParticipantSid")),
            entry("conversations.user.added", List.of("UserSid")),
            entry("conversations.user.updated", List.of("UserSid")),
            entry("messaging.message.queued", List.of("messageSid")),
            entry("messaging.message.sent", List.of("messageSid")),
            entry("messaging.message.delivered", List.of("messageSid")),
            entry("messaging.message.failed", List.of("messageSid")),
            entry("messaging.message.undelivered", List.of("messageSid")),
            entry("messaging.message.read", List.of("messageSid")),
            entry("studio.flow.execution.started", List.of("execution_sid")),
            entry("studio.flow.execution.ended", List.of("execution_sid")),
            entry("error-logs.error.logged", List.of("sid")));

    /// What an event may be grouped by that has no name of its own here, the nearest first.
    private static final List<String> NEAREST =
            List.of("ConversationSid", "ChatServiceSid", "MessageSid", "messageSid", "execution_sid", "UserSid");

    private final ReceivedRequest request;
    private final String accountSid;
    private final byte[] slice;
    private final JsonFields envelope;
    private final JsonFields data;
    private final @Nullable String eventType;

    StreamedEvent(ReceivedRequest request, String accountSid, byte[] slice, JsonNode cloudEvent) {
        this.request = request;
        this.accountSid = accountSid;
        this.slice = slice;
        this.envelope = new JsonFields(cloudEvent);
        var object = envelope.object("data");
        this.data = object != null ? object : new JsonFields(JsonNodeFactory.instance.objectNode());
        this.eventType = envelope.filled("type");
    }

    TranscriptEvent decode() {
        if (eventType == null) {
            return unknown("missing:type");
        }
        var type = eventType.startsWith(TWILIO) ? eventType.substring(TWILIO.length()) : "";
        var required = REQUIRED.get(type);
        if (required == null) {
            return unknown("event_type");
        }
        for (var name : required) {
            if (data.sid(name) == null) {
                return unknown("missing:" + name);
            }
        }
        var conversations = new StreamedConversation(data, happenedAt(), this::source);
        return switch (type) {
            case "studio.flow.execution.started" -> executionStarted();
            case "studio.flow.execution.ended" -> executionEnded();
            case "error-logs.error.logged" -> errorLogged();
            default -> type.startsWith("messaging.") ? messageStatus(type) : conversations.decode(type);
        };
    }

    private TranscriptEvent executionStarted() {
        var contact = data.filled("contact_channel_address");
        return new FlowExecutionStarted(
                required("execution_sid"),
                data.sid("flow_sid"),
                isConversation(contact) ? contact : null,
                isConversation(contact) ? null : contact,
                data.sid("started_by"),
                data.time("date_created"),
                source());
    }

    private TranscriptEvent executionEnded() {
        var contact = data.filled("contact_channel_address");
        var endedAt = data.time("date_updated");
        return new FlowExecutionEnded(
                required("execution_sid"),
                data.sid("flow_sid"),
                isConversation(contact) ? contact : null,
                isConversation(contact) ? null : contact,
                data.sid("started_by"),
                data.time("date_created"),
                endedAt != null ? endedAt : happenedAt(),
                data.filled("ended_reason"),
                source());
    }

    private TranscriptEvent messageStatus(String type) {
        var status = data.filled("messageStatus");
        var at = data.time("timestamp");
        var errorText = data.filled("errorMessage");
        return new MessageStatusUpdated(
                required("messageSid"),
                status != null ? status.toLowerCase(Locale.ROOT) : type.substring(type.lastIndexOf('.') + 1),
                data.code("errorCode"),
                errorText != null ? errorText : data.filled("channelStatusMessage"),
                data.filled("from"),
                data.filled("to"),
                data.sid("messagingServiceSid"),
                data.filled("channelPrefix"),
                at != null ? at : happenedAt(),
                data.filled("rawDlrDoneDate"),
                source());
    }

    private TranscriptEvent errorLogged() {
        var loggedAt = data.time("date_created");
        return new ErrorLogged(
                required("sid"),
                data.code("error_code"),
                data.filled("level"),
                data.filled("product_name"),
                data.sid("service_sid"),
                data.sid("correlation_sid"),
                loggedAt != null ? loggedAt : happenedAt(),
                source());
    }

    private Unknown unknown(String reason) {
        var contact = data.sid("contact_channel_address");
        var conversationSid = data.sid("ConversationSid");
        if (conversationSid == null && isConversation(contact)) {
            conversationSid = contact;
        }
        var key = Stream.concat(
                        Stream.ofNullable(conversationSid),
                        NEAREST.stream().<@Nullable String>map(data::sid).filter(Objects::nonNull))
                .findFirst()
                .orElse(accountSid);
        return new Unknown(requireNonNull(key), conversationSid, reason, source());
    }

    private String required(String name) {
        return requireNonNull(data.sid(name), name); // its presence was checked before
    }

    /// When it happened, by the envelope; stands in for a time that the data lacks. A repeat may come hours later.
    private @Nullable Instant happenedAt() {
        return envelope.time("time");
    }

    private Source source() {
        return Sources.ofStreamed(
                request, accountSid, slice, eventType, data.filled("Source"), data.filled("ClientIdentity"), notes());
    }

    private List<String> notes() {
        return Stream.concat(envelope.notes().stream(), data.notes().stream())
                .distinct()
                .toList();
    }

    /// An execution names its conversation here, or the customer's address (`twilio-reference` 6.2).
    private static boolean isConversation(@Nullable String contact) {
        return contact != null && contact.startsWith("CH") && Values.isSid(contact);
    }
}

package org.transcriptpipeline.archive;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.ErrorLogged;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.HandoffRequested;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.event.UserAdded;
import org.transcriptpipeline.event.UserFields;

/// Events of one conversation, each different from all others of the run.
public final class Events {

    public static final String ACCOUNT = "AC" + "1".repeat(32);
    public static final String CUSTOMER = "+12025550143";
    public static final String OURS = "+12025550199";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String conversationSid;
    private Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    public Events() {
        this("CH" + String.format("%032x", NUMBER.incrementAndGet()));
    }

    public Events(String conversationSid) {
        this.conversationSid = conversationSid;
    }

    public String conversationSid() {
        return conversationSid;
    }

    /// What follows is received at this time.
    public Events at(Instant time) {
        this.now = time;
        return this;
    }

    public MessageAdded fromCustomer(int index, String body) {
        return message(index, CUSTOMER, body, "{}");
    }

    public MessageAdded fromFlow(int index, String body) {
        return message(index, OURS, body, "{}");
    }

    public MessageAdded message(int index, String author, @Nullable String body, String attributes) {
        var fields = new MessageFields(
                (long) index, body, author, null, attributes, null, now.plusSeconds(index), null, "IS1", null);
        return new MessageAdded(
                conversationSid, messageSid(index), fields, source(SourceKind.WEBHOOK, "onMessageAdded"));
    }

    /// Another text, a second later.
    public MessageUpdated edited(int index, String body) {
        var fields = new MessageFields(
                (long) index,
                body,
                CUSTOMER,
                null,
                null,
                null,
                now.plusSeconds(index),
                now.plusSeconds(index + 1),
                "IS1",
                null);
        return new MessageUpdated(
                conversationSid, messageSid(index), fields, source(SourceKind.WEBHOOK, "onMessageUpdated"));
    }

    public MessageRemoved removed(int index) {
        var fields = new MessageFields(
                (long) index, null, CUSTOMER, null, null, null, now.plusSeconds(index), null, "IS1", null);
        return new MessageRemoved(
                conversationSid,
                messageSid(index),
                fields,
                now.plusSeconds(index + 2),
                source(SourceKind.WEBHOOK, "onMessageRemoved"));
    }

    public String messageSid(int index) {
        return "IM" + conversationSid.substring(10) + String.format("%08x", index);
    }

    public ParticipantAdded customerJoined() {
        var binding = new Binding("SMS", List.of(CUSTOMER), OURS, null, null);
        return new ParticipantAdded(
                conversationSid,
                "MB" + conversationSid.substring(2),
                new ParticipantFields(null, binding, null, "{}", null, now, null, "IS1"),
                source(SourceKind.WEBHOOK, "onParticipantAdded"));
    }

    public DeliveryUpdated delivery(int index, String status, @Nullable Integer errorCode) {
        return new DeliveryUpdated(
                conversationSid,
                messageSid(index),
                "SM" + messageSid(index).substring(2),
                "DY" + messageSid(index).substring(2),
                "MB" + conversationSid.substring(2),
                status,
                errorCode,
                now,
                now.plusSeconds(1),
                "IS1",
                source(SourceKind.WEBHOOK, "onDeliveryUpdated"));
    }

    public FlowEnded flowEnded(@Nullable String executionSid) {
        return new FlowEnded(
                conversationSid,
                "FW1",
                executionSid,
                "done",
                null,
                Map.of("breed", "beagle"),
                source(SourceKind.FLOW_ENDED, null));
    }

    public MessageAdded fromAgent(int index, String identity, String body) {
        return message(index, identity, body, "{}");
    }

    public ParticipantAdded agentJoined(String identity) {
        return new ParticipantAdded(
                conversationSid,
                "MB" + String.format("%032x", NUMBER.incrementAndGet() + (1L << 40)),
                new ParticipantFields(identity, null, null, "{}", null, now, null, "IS1"),
                source(SourceKind.WEBHOOK, "onParticipantAdded"));
    }

    public UserAdded userNamed(String identity, String name) {
        return new UserAdded(
                "US" + String.format("%032x", NUMBER.incrementAndGet()),
                new UserFields("IS1", identity, name, null, "{}", null, null, now, null),
                source(SourceKind.WEBHOOK, "onUserAdded"));
    }

    public HandoffRequested requested(String requestId, @Nullable String note) {
        return new HandoffRequested(
                conversationSid, requestId, note, "front-desk", source(SourceKind.API, "handoff-requested"));
    }

    /// As Event Streams tells it.
    public FlowExecutionEnded executionEnded(
            String executionSid, @Nullable String contactAddress, Instant startedAt, Instant endedAt) {
        return new FlowExecutionEnded(
                executionSid,
                "FW1",
                contactAddress == null ? conversationSid : null,
                contactAddress,
                "IM1",
                startedAt,
                endedAt,
                "FLOW_END",
                source(SourceKind.EVENT_STREAM, "com.twilio.studio.flow.execution.ended"));
    }

    public ConversationStateUpdated movedTo(String state) {
        return new ConversationStateUpdated(
                conversationSid,
                "active",
                state,
                now,
                "TIMER",
                "IS1",
                null,
                source(SourceKind.WEBHOOK, "onConversationStateUpdated"));
    }

    public ConversationUpdated streamedAs(String state) {
        var fields = new ConversationFields(null, null, null, null, null, state, null, null, null, now);
        return new ConversationUpdated(
                conversationSid,
                fields,
                source(SourceKind.EVENT_STREAM, "com.twilio.conversations.conversation.updated"));
    }

    public ErrorLogged errorLogged(String errorSid, int code) {
        return new ErrorLogged(
                errorSid,
                code,
                "WARNING",
                "Studio",
                "IS1",
                conversationSid,
                now,
                source(SourceKind.EVENT_STREAM, "com.twilio.error-logs.error.logged"));
    }

    /// What Twilio invents next.
    public Unknown unknown(String eventType) {
        return new Unknown(conversationSid, conversationSid, "event_type", source(SourceKind.WEBHOOK, eventType));
    }

    private Source source(SourceKind kind, @Nullable String eventType) {
        var body = ("body " + NUMBER.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
        return new Source(
                kind,
                EventId.of(ACCOUNT, kind, body),
                ACCOUNT,
                now,
                null,
                null,
                "application/x-www-form-urlencoded",
                eventType,
                null,
                null,
                body,
                List.of());
    }
}

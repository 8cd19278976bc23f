package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.StoredForm.addresses;
import static org.transcriptpipeline.archive.merge.StoredForm.isAnnouncement;
import static org.transcriptpipeline.archive.merge.StoredForm.isClosed;
import static org.transcriptpipeline.archive.merge.StoredForm.name;
import static org.transcriptpipeline.archive.merge.StoredForm.observed;
import static org.transcriptpipeline.archive.merge.StoredForm.orReceived;
import static org.transcriptpipeline.archive.merge.StoredForm.received;
import static org.transcriptpipeline.archive.merge.StoredForm.sources;
import static org.transcriptpipeline.archive.merge.StoredForm.text;
import static org.transcriptpipeline.archive.merge.StoredForm.time;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationReconciled;
import org.transcriptpipeline.event.ConversationRemoved;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.ErrorLogged;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.event.FlowExecutionStarted;
import org.transcriptpipeline.event.HandoffRequested;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageStatusUpdated;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.ParticipantRemoved;
import org.transcriptpipeline.event.ParticipantUpdated;
import org.transcriptpipeline.event.PreActionEvent;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.event.UserAdded;
import org.transcriptpipeline.event.UserFields;
import org.transcriptpipeline.event.UserUpdated;

/// What a number of events says of each row, folded together: at most one state per key. Adding the same events in
/// any order, any number of times, gives equal observations.
public final class Observations {

    private final Map<String, ConversationState> conversations = new HashMap<>();
    private final Map<String, MessageState> messages = new HashMap<>();
    private final Map<String, ParticipantState> participants = new HashMap<>();
    private final Map<String, UserState> users = new HashMap<>();
    private final Map<String, DeliveryState> deliveries = new HashMap<>();
    private final Map<String, FlowExecutionState> flowExecutions = new HashMap<>();
    private final Map<DeliveryEvent.Key, DeliveryEvent> deliveryEvents = new HashMap<>();

    public Collection<ConversationState> conversations() {
        return conversations.values();
    }

    public Collection<MessageState> messages() {
        return messages.values();
    }

    public Collection<ParticipantState> participants() {
        return participants.values();
    }

    public Collection<UserState> users() {
        return users.values();
    }

    public Collection<DeliveryState> deliveries() {
        return deliveries.values();
    }

    public Collection<FlowExecutionState> flowExecutions() {
        return flowExecutions.values();
    }

    public Collection<DeliveryEvent> deliveryEvents() {
        return deliveryEvents.values();
    }

    /// Adds what one event says.
    public void add(TranscriptEvent event) {
        var source = event.source();
        switch (event) {
            case ConversationAdded added ->
                conversation(added.conversationSid(), added.conversation(), Version.added(source), null, source);
            case ConversationUpdated updated ->
                conversation(
                        updated.conversationSid(),
                        updated.conversation(),
                        Version.updated(observed(updated.conversation().dateUpdated(), source), source),
                        null,
                        source);
            case ConversationRemoved removed ->
                conversation(
                        removed.conversationSid(),
                        removed.conversation(),
                        Version.updated(removed.conversation().dateUpdated(), source),
                        orReceived(removed.removedAt(), source),
                        source);
            case ConversationStateUpdated moved -> stateChange(moved);
            case MessageAdded added ->
                message(
                        added.conversationSid(),
                        added.messageSid(),
                        added.message(),
                        Version.added(source),
                        null,
                        null,
                        source);
            case MessageUpdated updated ->
                message(
                        updated.conversationSid(),
                        updated.messageSid(),
                        updated.message(),
                        Version.updated(updated.message().dateUpdated(), source),
                        orReceived(updated.message().dateUpdated(), source),
                        null,
                        source);
            case MessageRemoved removed -> removal(removed);
            case ParticipantAdded added ->
                participant(
                        added.conversationSid(),
                        added.participantSid(),
                        added.participant(),
                        Version.added(source),
                        null,
                        source);
            case ParticipantUpdated updated ->
                participant(
                        updated.conversationSid(),
                        updated.participantSid(),
                        updated.participant(),
                        Version.updated(observed(updated.participant().dateUpdated(), source), source),
                        null,
                        source);
            case ParticipantRemoved removed ->
                participant(
                        removed.conversationSid(),
                        removed.participantSid(),
                        removed.participant(),
                        Version.updated(removed.participant().dateUpdated(), source),
                        orReceived(removed.removedAt(), source),
                        source);
            case UserAdded added -> user(added.userSid(), added.user(), Version.added(source), source);
            case UserUpdated updated ->
                user(
                        updated.userSid(),
                        updated.user(),
                        Version.updated(updated.user().dateUpdated(), source),
                        source);
            case DeliveryUpdated delivery -> receipt(delivery);
            case MessageStatusUpdated status -> statusCallback(status);
            case FlowEnded ended -> execution(ended.conversationSid(), ExecutionObservation.of(ended), source);
            case FlowExecutionStarted started ->
                execution(started.conversationSid(), ExecutionObservation.of(started), source);
            case FlowExecutionEnded ended -> execution(ended.conversationSid(), ExecutionObservation.of(ended), source);
            case HandoffRequested requested -> wish(requested);
            case ConversationReconciled finding -> finding(finding);
            case ErrorLogged _ -> {} // a table of its own; it tells of Twilio's attempts, not of a conversation
            case IntakeResumed _ -> {} // asks for a look at Twilio's lists, says nothing itself
            case PreActionEvent _, Unknown _ -> {} // kept as they are; what they announce may never have happened
        }
    }

    private void conversation(
            String sid, ConversationFields fields, Version version, @Nullable Instant removedAt, Source source) {
        var binding = fields.binding();
        var registers = Registers.of(ConversationState.Field.class)
                .with(ConversationState.Field.SERVICE_SID, name(fields.serviceSid()), version)
                .with(ConversationState.Field.MESSAGING_SERVICE_SID, name(fields.messagingServiceSid()), version)
                .with(ConversationState.Field.UNIQUE_NAME, text(fields.uniqueName()), version)
                .with(ConversationState.Field.FRIENDLY_NAME, text(fields.friendlyName()), version)
                .with(ConversationState.Field.ATTRIBUTES, text(fields.attributes()), version)
                .with(ConversationState.Field.STATE, name(fields.state()), version)
                .with(ConversationState.Field.STARTED_AT, time(fields.dateCreated()), Version.creation(source));
        if (binding != null) {
            registers
                    .with(
                            ConversationState.Field.BINDING_ADDRESSES,
                            binding.addresses().isEmpty() ? null : TextArray.literal(addresses(binding.addresses())),
                            version)
                    .with(
                            ConversationState.Field.BINDING_PROXY_ADDRESS,
                            name(binding.proxyAddress() != null ? binding.proxyAddress() : binding.projectedAddress()),
                            version);
        }
        var closedAt = isClosed(fields.state()) ? orReceived(fields.dateUpdated(), source) : null;
        put(
                conversations,
                new ConversationState(
                        sid,
                        source.accountSid(),
                        registers.build(),
                        closedAt,
                        removedAt,
                        received(source),
                        sources(source)));
    }

    private void stateChange(ConversationStateUpdated moved) {
        var source = moved.source();
        var version = Version.updated(moved.stateUpdatedAt(), source);
        var registers = Registers.of(ConversationState.Field.class)
                .with(ConversationState.Field.STATE, name(moved.stateTo()), version)
                .with(ConversationState.Field.SERVICE_SID, name(moved.serviceSid()), version)
                .with(ConversationState.Field.MESSAGING_SERVICE_SID, name(moved.messagingServiceSid()), version)
                .build();
        var closedAt = isClosed(moved.stateTo()) ? orReceived(moved.stateUpdatedAt(), source) : null;
        put(
                conversations,
                new ConversationState(
                        moved.conversationSid(),
                        source.accountSid(),
                        registers,
                        closedAt,
                        null,
                        received(source),
                        sources(source)));
    }

    /// A conversation that something else named: it exists, and its service may be known.
    private void mention(
            String conversationSid, @Nullable String serviceSid, @Nullable String messagingServiceSid, Source source) {
        var version = Version.added(source);
        var registers = Registers.of(ConversationState.Field.class)
                .with(ConversationState.Field.SERVICE_SID, name(serviceSid), version)
                .with(ConversationState.Field.MESSAGING_SERVICE_SID, name(messagingServiceSid), version)
                .build();
        put(
                conversations,
                new ConversationState(
                        conversationSid,
                        source.accountSid(),
                        registers,
                        null,
                        null,
                        received(source),
                        sources(source)));
    }

    private void removal(MessageRemoved removed) {
        var source = removed.source();
        var fields = removed.message();
        // Twilio repeats the creation time as DateUpdated of a message that was never edited.
        boolean edited = fields.dateUpdated() != null && !fields.dateUpdated().equals(fields.dateCreated());
        message(
                removed.conversationSid(),
                removed.messageSid(),
                fields,
                edited ? Version.updated(fields.dateUpdated(), source) : Version.added(source),
                edited ? fields.dateUpdated() : null,
                orReceived(removed.removedAt(), source),
                source);
    }

    private void message(
            String conversationSid,
            String messageSid,
            MessageFields fields,
            Version version,
            @Nullable Instant editedAt,
            @Nullable Instant removedAt,
            Source source) {
        var media = fields.media();
        var registers = Registers.of(MessageState.Field.class)
                .with(MessageState.Field.INDEX, fields.index(), version)
                .with(MessageState.Field.BODY, text(fields.body()), version)
                .with(MessageState.Field.AUTHOR, text(fields.author()), version)
                .with(MessageState.Field.PARTICIPANT_SID, name(fields.participantSid()), version)
                .with(MessageState.Field.ATTRIBUTES, text(fields.attributes()), version)
                .with(MessageState.Field.MEDIA, media == null ? null : StorableJson.of(media), version)
                .with(MessageState.Field.SENT_AT, time(fields.dateCreated()), Version.creation(source))
                .with(MessageState.Field.ORIGIN, name(source.origin()), version)
                .build();
        put(
                messages,
                new MessageState(
                        messageSid,
                        conversationSid,
                        source.accountSid(),
                        registers,
                        time(editedAt),
                        time(removedAt),
                        false,
                        isAnnouncement(source),
                        received(source),
                        sources(source),
                        Map.of()));
        mention(conversationSid, fields.serviceSid(), fields.messagingServiceSid(), source);
    }

    /// Says nothing of the conversation, so it is none of its sources; but a handoff of it will be made.
    private void wish(HandoffRequested requested) {
        var source = requested.source();
        put(
                conversations,
                new ConversationState(
                        requested.conversationSid(),
                        source.accountSid(),
                        Registers.none(ConversationState.Field.class),
                        null,
                        null,
                        received(source),
                        Collections.emptySortedSet()));
    }

    private void participant(
            String conversationSid,
            String participantSid,
            ParticipantFields fields,
            Version version,
            @Nullable Instant leftAt,
            Source source) {
        var binding = fields.binding();
        var registers = Registers.of(ParticipantState.Field.class)
                .with(ParticipantState.Field.IDENTITY, name(fields.identity()), version)
                .with(ParticipantState.Field.ROLE_SID, name(fields.roleSid()), version)
                .with(ParticipantState.Field.ATTRIBUTES, text(fields.attributes()), version)
                .with(ParticipantState.Field.LAST_READ_MESSAGE_INDEX, fields.lastReadMessageIndex(), version)
                .with(ParticipantState.Field.JOINED_AT, time(fields.dateCreated()), Version.creation(source));
        if (binding != null) {
            var addresses = addresses(binding.addresses());
            registers
                    .with(ParticipantState.Field.ADDRESS, addresses.isEmpty() ? null : addresses.getFirst(), version)
                    .with(
                            ParticipantState.Field.PROXY_ADDRESS,
                            name(binding.proxyAddress() != null ? binding.proxyAddress() : binding.projectedAddress()),
                            version)
                    .with(ParticipantState.Field.BINDING_TYPE, name(binding.type()), version);
        }
        put(
                participants,
                new ParticipantState(
                        participantSid,
                        conversationSid,
                        source.accountSid(),
                        registers.build(),
                        time(leftAt),
                        received(source),
                        sources(source)));
        mention(conversationSid, fields.serviceSid(), null, source);
    }

    private void user(String userSid, UserFields fields, Version version, Source source) {
        var registers = Registers.of(UserState.Field.class)
                .with(UserState.Field.SERVICE_SID, name(fields.serviceSid()), version)
                .with(UserState.Field.IDENTITY, name(fields.identity()), version)
                .with(UserState.Field.FRIENDLY_NAME, text(fields.friendlyName()), version)
                .with(UserState.Field.ROLE_SID, name(fields.roleSid()), version)
                .with(UserState.Field.ATTRIBUTES, text(fields.attributes()), version)
                .with(UserState.Field.IS_ONLINE, fields.isOnline(), version)
                .with(UserState.Field.IS_NOTIFIABLE, fields.isNotifiable(), version)
                .with(UserState.Field.CREATED_AT, time(fields.dateCreated()), Version.creation(source))
                .build();
        put(users, new UserState(userSid, source.accountSid(), registers, received(source), sources(source)));
    }

    private void receipt(DeliveryUpdated delivery) {
        var source = delivery.source();
        var version = Version.added(source); // a receipt never changes whose it is
        var registers = Registers.of(DeliveryState.Field.class)
                .with(DeliveryState.Field.DELIVERY_RECEIPT_SID, name(delivery.deliveryReceiptSid()), version)
                .with(DeliveryState.Field.MESSAGE_SID, delivery.messageSid(), version)
                .with(DeliveryState.Field.CONVERSATION_SID, delivery.conversationSid(), version)
                .with(DeliveryState.Field.PARTICIPANT_SID, name(delivery.participantSid()), version)
                .build();
        var occurredAt = time(delivery.dateUpdated() != null ? delivery.dateUpdated() : delivery.dateCreated());
        delivery(
                delivery.channelMessageSid(),
                delivery.status(),
                delivery.errorCode(),
                null,
                occurredAt,
                null,
                registers,
                source);
        put(
                messages,
                new MessageState(
                        delivery.messageSid(),
                        delivery.conversationSid(),
                        source.accountSid(),
                        Registers.none(MessageState.Field.class),
                        null,
                        null,
                        true,
                        false,
                        received(source),
                        sources(source),
                        Map.of()));
        mention(delivery.conversationSid(), delivery.serviceSid(), null, source);
    }

    private void statusCallback(MessageStatusUpdated status) {
        var version = Version.added(status.source());
        var registers = Registers.of(DeliveryState.Field.class)
                .with(DeliveryState.Field.FROM_ADDRESS, name(status.from()), version)
                .with(DeliveryState.Field.TO_ADDRESS, name(status.to()), version)
                .with(DeliveryState.Field.MESSAGING_SERVICE_SID, name(status.messagingServiceSid()), version)
                .with(DeliveryState.Field.CHANNEL_PREFIX, name(status.channelPrefix()), version)
                .build();
        delivery(
                status.messageSid(),
                status.status(),
                status.errorCode(),
                text(status.errorText()),
                time(status.occurredAt()),
                text(status.carrierDoneDate()),
                registers,
                status.source());
    }

    private void delivery(
            String channelMessageSid,
            String reportedStatus,
            @Nullable Integer errorCode,
            @Nullable String errorText,
            @Nullable Instant occurredAt,
            @Nullable String carrierDoneDate,
            Registers<DeliveryState.Field> registers,
            Source source) {
        var status = DeliveryStatus.normal(StorableText.of(reportedStatus));
        var received = received(source);
        var error = errorCode == null
                ? null
                : new DeliveryState.FirstError(occurredAt == null ? received : occurredAt, errorCode, errorText);
        put(
                deliveries,
                new DeliveryState(
                        channelMessageSid,
                        source.accountSid(),
                        registers,
                        new TreeSet<>(List.of(status)),
                        error,
                        received,
                        received,
                        sources(source)));
        var key = new DeliveryEvent.Key(
                channelMessageSid, status, source.kind().wireName(), errorCode, occurredAt, carrierDoneDate);
        deliveryEvents.merge(key, new DeliveryEvent(key, source.accountSid(), received), DeliveryEvent::merge);
    }

    private void execution(@Nullable String conversationSid, @Nullable FlowExecutionState execution, Source source) {
        if (conversationSid != null) {
            mention(conversationSid, null, null, source);
        }
        if (execution != null) {
            put(flowExecutions, execution);
        }
    }

    /// The latest listing speaks for all of the list, so its parts share one version.
    private void finding(ConversationReconciled finding) {
        var source = finding.source();
        var version = Version.updated(finding.listedAt(), source);
        var through = finding.throughIndex() == null ? ConversationState.EMPTY_LIST : finding.throughIndex();
        var registers = Registers.of(ConversationState.Field.class)
                .with(ConversationState.Field.SERVICE_SID, name(finding.serviceSid()), Version.added(source))
                .with(ConversationState.Field.LISTED_AT, time(finding.listedAt()), version)
                .with(ConversationState.Field.LISTED_THROUGH, through, version)
                .with(ConversationState.Field.LISTED_HOLES, IndexRanges.literal(finding.holes()), version)
                .build();
        put(
                conversations,
                new ConversationState(
                        finding.conversationSid(),
                        source.accountSid(),
                        registers,
                        null,
                        null,
                        received(source),
                        sources(source)));
    }

    private static <S extends Mergeable<S>> void put(Map<String, S> states, S state) {
        states.merge(state.key(), state, S::merge);
    }
}

package org.transcriptpipeline.archive.reconcile;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationReconciled;
import org.transcriptpipeline.event.ConversationRemoved;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.IndexRange;
import org.transcriptpipeline.event.MediaItem;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.ParticipantUpdated;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.twilio.RestConversation;
import org.transcriptpipeline.twilio.RestMessage;
import org.transcriptpipeline.twilio.RestParticipant;
import org.transcriptpipeline.twilio.RestReceipt;
import tools.jackson.databind.json.JsonMapper;

/// What Twilio's API said of one conversation, as the events that a webhook would have been. The same answer gives
/// the same event id.
final class RestEvents {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String accountSid;
    private final String conversationSid;
    private final @Nullable String serviceSid;
    private final Clock clock;

    RestEvents(String accountSid, String conversationSid, @Nullable String serviceSid, Clock clock) {
        this.accountSid = accountSid;
        this.conversationSid = conversationSid;
        this.serviceSid = serviceSid;
        this.clock = clock;
    }

    /// An edit where Twilio names its time, else the message as it was accepted. No body is an empty one: the answer
    /// is the whole of the message.
    TranscriptEvent of(RestMessage message) {
        var fields = new MessageFields(
                message.index(),
                Objects.requireNonNullElse(message.body(), ""),
                message.author(),
                message.participantSid(),
                message.attributes(),
                message.media().isEmpty() ? null : media(message),
                message.dateCreated(),
                message.dateUpdated(),
                serviceSid,
                null);
        var source = source("message", message, null);
        return isEdited(message)
                ? new MessageUpdated(conversationSid, message.sid(), fields, source)
                : new MessageAdded(conversationSid, message.sid(), fields, source);
    }

    static boolean isEdited(RestMessage message) {
        return message.dateUpdated() != null && !message.dateUpdated().equals(message.dateCreated());
    }

    /// Twilio's list goes on behind a message that Twilio itself does not know any more.
    MessageRemoved removed(String messageSid, Instant answeredAt) {
        return new MessageRemoved(
                conversationSid,
                messageSid,
                MessageFields.EMPTY,
                answeredAt,
                source("message-absent", new Absent(messageSid, answeredAt), answeredAt));
    }

    /// @return null while the message is still inside Twilio, where it has neither a state nor a SID at its channel
    @Nullable
    DeliveryUpdated of(RestReceipt receipt, String messageSid) {
        if (receipt.channelMessageSid() == null || receipt.status() == null) {
            return null;
        }
        return new DeliveryUpdated(
                conversationSid,
                messageSid,
                receipt.channelMessageSid(),
                receipt.sid(),
                receipt.participantSid(),
                receipt.status(),
                receipt.errorCode() == null || receipt.errorCode() == 0 ? null : receipt.errorCode(),
                receipt.dateCreated(),
                receipt.dateUpdated(),
                serviceSid,
                source("receipt", receipt, null));
    }

    ParticipantUpdated of(RestParticipant participant, Instant answeredAt) {
        var binding = participant.messagingBinding();
        return new ParticipantUpdated(
                conversationSid,
                participant.sid(),
                new ParticipantFields(
                        participant.identity(),
                        binding == null
                                ? null
                                : new Binding(
                                        binding.type(),
                                        binding.address() == null ? List.of() : List.of(binding.address()),
                                        binding.proxyAddress(),
                                        binding.projectedAddress(),
                                        null),
                        participant.roleSid(),
                        participant.attributes(),
                        participant.lastReadMessageIndex(),
                        participant.dateCreated(),
                        participant.dateUpdated(),
                        serviceSid),
                source("participant", participant, answeredAt));
    }

    ConversationUpdated of(RestConversation conversation, Instant answeredAt) {
        return new ConversationUpdated(
                conversationSid,
                new ConversationFields(
                        serviceSid,
                        conversation.messagingServiceSid(),
                        conversation.friendlyName(),
                        conversation.uniqueName(),
                        conversation.attributes(),
                        conversation.state(),
                        null,
                        null,
                        conversation.dateCreated(),
                        conversation.dateUpdated()),
                source("conversation", conversation, answeredAt));
    }

    /// Twilio does not know the conversation any more.
    ConversationRemoved conversationRemoved(Instant at) {
        return new ConversationRemoved(
                conversationSid,
                ConversationFields.EMPTY,
                at,
                source("conversation-absent", new Absent(conversationSid, at), at));
    }

    ConversationReconciled finding(
            Instant listedAt, @Nullable Long throughIndex, long messageCount, List<IndexRange> holes) {
        return new ConversationReconciled(
                conversationSid,
                serviceSid,
                listedAt,
                throughIndex,
                messageCount,
                holes,
                source(
                        "conversation-reconciled",
                        new Finding(conversationSid, listedAt, throughIndex, messageCount, holes),
                        null));
    }

    private Source source(String eventType, Object answer, @Nullable Instant observedAt) {
        var body = JSON.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
        return new Source(
                SourceKind.REST,
                EventId.of(accountSid, SourceKind.REST, body),
                accountSid,
                clock.instant(),
                observedAt,
                null,
                "application/json",
                eventType,
                null,
                null,
                body,
                List.of());
    }

    static List<MediaItem> media(RestMessage message) {
        return message.media().stream()
                .map(m -> new MediaItem(m.sid(), m.contentType(), m.filename(), m.sizeBytes()))
                .toList();
    }

    private record Absent(String sid, Instant at) {}

    private record Finding(
            String conversationSid,
            Instant listedAt,
            @Nullable Long throughIndex,
            long messageCount,
            List<IndexRange> holes) {}
}

package org.transcriptpipeline.ingest.webhook;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationRemoved;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.ParticipantRemoved;
import org.transcriptpipeline.event.ParticipantUpdated;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.UserAdded;
import org.transcriptpipeline.event.UserFields;
import org.transcriptpipeline.event.UserUpdated;

/// An event of a conversation as Event Streams tells it: the keys of the webhook, with `MessageBody` for `Body`, and
/// with objects where a form has dots (`twilio-reference` 7.4).
final class StreamedConversation {

    private final JsonFields data;
    private final @Nullable Instant happenedAt;
    private final Supplier<Source> source;

    /// @param happenedAt stands in for a time of a change that the data lacks
    /// @param source made when everything is read, since it holds the notes
    StreamedConversation(JsonFields data, @Nullable Instant happenedAt, Supplier<Source> source) {
        this.data = data;
        this.happenedAt = happenedAt;
        this.source = source;
    }

    /// @param type without `com.twilio.`; one whose SIDs are there
    TranscriptEvent decode(String type) {
        return switch (type) {
            case "conversations.conversation.added" ->
                new ConversationAdded(conversationSid(), conversation(time("DateUpdated")), source.get());
            case "conversations.conversation.updated" ->
                new ConversationUpdated(conversationSid(), conversation(changed("DateUpdated")), source.get());
            case "conversations.conversation.removed" ->
                new ConversationRemoved(
                        conversationSid(), conversation(time("DateUpdated")), changed("DateRemoved"), source.get());
            case "conversations.conversation-state.updated" -> stateUpdated();
            case "conversations.message.added" ->
                new MessageAdded(conversationSid(), sid("MessageSid"), message(time("DateUpdated")), source.get());
            case "conversations.message.updated" ->
                new MessageUpdated(conversationSid(), sid("MessageSid"), message(changed("DateUpdated")), source.get());
            case "conversations.message.removed" ->
                new MessageRemoved(
                        conversationSid(),
                        sid("MessageSid"),
                        message(time("DateUpdated")),
                        changed("DateRemoved"),
                        source.get());
            case "conversations.participant.added" ->
                new ParticipantAdded(
                        conversationSid(), sid("ParticipantSid"), participant(time("DateUpdated")), source.get());
            case "conversations.participant.updated" ->
                new ParticipantUpdated(
                        conversationSid(), sid("ParticipantSid"), participant(changed("DateUpdated")), source.get());
            case "conversations.participant.removed" ->
                new ParticipantRemoved(
                        conversationSid(),
                        sid("ParticipantSid"),
                        participant(time("DateUpdated")),
                        changed("DateRemoved"),
                        source.get());
            case "conversations.user.added" -> new UserAdded(sid("UserSid"), user(time("DateUpdated")), source.get());
            case "conversations.user.updated" ->
                new UserUpdated(sid("UserSid"), user(changed("DateUpdated")), source.get());
            default -> throw new IllegalArgumentException("no type of a conversation");
        };
    }

    private TranscriptEvent stateUpdated() {
        return new ConversationStateUpdated(
                conversationSid(),
                data.filled("StateFrom"),
                data.filled("StateTo"),
                changed("StateUpdated"),
                data.filled("Reason"),
                data.sid("ChatServiceSid"),
                data.sid("MessagingServiceSid"),
                source.get());
    }

    private ConversationFields conversation(@Nullable Instant dateUpdated) {
        return new ConversationFields(
                data.sid("ChatServiceSid"),
                data.sid("MessagingServiceSid"),
                data.text("FriendlyName"),
                data.text("UniqueName"),
                data.jsonText("Attributes"),
                data.filled("State"),
                binding(),
                data.text("MessageBody"),
                time("DateCreated"),
                dateUpdated);
    }

    private MessageFields message(@Nullable Instant dateUpdated) {
        var body = data.text("MessageBody");
        return new MessageFields(
                data.count("Index"),
                body != null ? body : data.text("Body"),
                data.filled("Author"),
                data.sid("ParticipantSid"),
                data.jsonText("Attributes"),
                data.media("Media"),
                time("DateCreated"),
                dateUpdated,
                data.sid("ChatServiceSid"),
                data.sid("MessagingServiceSid"));
    }

    private ParticipantFields participant(@Nullable Instant dateUpdated) {
        return new ParticipantFields(
                data.filled("Identity"),
                binding(),
                data.sid("RoleSid"),
                data.jsonText("Attributes"),
                data.count("LastReadMessageIndex"),
                time("DateCreated"),
                dateUpdated,
                data.sid("ChatServiceSid"));
    }

    private UserFields user(@Nullable Instant dateUpdated) {
        return new UserFields(
                data.sid("ChatServiceSid"),
                data.filled("Identity"),
                data.text("FriendlyName"),
                data.sid("RoleSid"),
                data.jsonText("Attributes"),
                data.flag("isOnline"),
                data.flag("isNotifiable"),
                time("DateCreated"),
                dateUpdated);
    }

    private @Nullable Binding binding() {
        var object = data.object("MessagingBinding");
        if (object == null) {
            return null;
        }
        var binding = new Binding(
                object.filled("Type"),
                object.allFilled("Address"),
                object.filled("ProxyAddress"),
                object.filled("ProjectedAddress"),
                object.filled("AuthorAddress"));
        return binding.equals(new Binding(null, List.of(), null, null, null)) ? null : binding;
    }

    private String conversationSid() {
        return sid("ConversationSid");
    }

    private String sid(String name) {
        return requireNonNull(data.sid(name), name);
    }

    private @Nullable Instant time(String name) {
        return data.time(name);
    }

    private @Nullable Instant changed(String name) {
        var time = time(name);
        return time != null ? time : happenedAt;
    }
}

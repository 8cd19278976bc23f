package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that happened. Carries the state that was true right then, since what is told of it later tells of that.
public sealed interface WorldEvent {

    Instant at();

    /// Whether Twilio would tell of it by webhook.
    boolean isAnnounced();

    /// SID of what it is about.
    String subject();

    /// Something in a conversation, told by a Conversations webhook.
    sealed interface InConversation extends WorldEvent {

        Conversation conversation();

        Origin origin();

        @Override
        default boolean isAnnounced() {
            return origin().isAnnounced();
        }

        @Override
        default String subject() {
            return conversation().sid();
        }
    }

    /// @param bindings of the first participants, of an autocreated conversation
    record ConversationAdded(Conversation conversation, List<Binding> bindings, Origin origin, Instant at)
            implements InConversation {
        public ConversationAdded {
            bindings = List.copyOf(bindings);
        }
    }

    record ConversationUpdated(Conversation conversation, Origin origin, Instant at) implements InConversation {}

    record ConversationRemoved(Conversation conversation, Origin origin, Instant at) implements InConversation {}

    record StateUpdated(Conversation conversation, State from, State to, Reason reason, Origin origin, Instant at)
            implements InConversation {}

    record ParticipantAdded(Conversation conversation, Participant participant, Origin origin, Instant at)
            implements InConversation {
        @Override
        public String subject() {
            return participant.sid();
        }
    }

    record ParticipantUpdated(Conversation conversation, Participant participant, Origin origin, Instant at)
            implements InConversation {
        @Override
        public String subject() {
            return participant.sid();
        }
    }

    record ParticipantRemoved(Conversation conversation, Participant participant, Origin origin, Instant at)
            implements InConversation {
        @Override
        public String subject() {
            return participant.sid();
        }
    }

    record MessageAdded(Conversation conversation, Message message, Origin origin, Instant at)
            implements InConversation {
        @Override
        public String subject() {
            return message.sid();
        }
    }

    record MessageUpdated(Conversation conversation, Message message, Origin origin, Instant at)
            implements InConversation {
        @Override
        public String subject() {
            return message.sid();
        }
    }

    record MessageRemoved(Conversation conversation, Message message, Origin origin, Instant at)
            implements InConversation {
        @Override
        public String subject() {
            return message.sid();
        }
    }

    /// Always told; the send needs no header for it.
    record DeliveryUpdated(Conversation conversation, Receipt receipt, Instant at) implements WorldEvent {

        @Override
        public boolean isAnnounced() {
            return true;
        }

        @Override
        public String subject() {
            return receipt.sid();
        }
    }

    /// A status callback of Programmable Messaging, which knows no conversation.
    ///
    /// @param channelMessageSid SM… or MM…
    /// @param status `queued`, `sent`, …
    record MessageStatus(
            String channelMessageSid,
            @Nullable String messagingServiceSid,
            String from,
            String to,
            String status,
            @Nullable Integer errorCode,
            Instant at)
            implements WorldEvent {

        @Override
        public boolean isAnnounced() {
            return true;
        }

        @Override
        public String subject() {
            return channelMessageSid;
        }

        /// Without numbers.
        @Override
        public String toString() {
            return "MessageStatus[" + channelMessageSid + " " + status + "]";
        }
    }

    /// Told by an event stream only.
    record ExecutionStarted(Execution execution, Instant at) implements WorldEvent {

        @Override
        public boolean isAnnounced() {
            return false;
        }

        @Override
        public String subject() {
            return execution.sid();
        }
    }

    /// Told by an event stream only.
    record ExecutionEnded(Execution execution, Instant at) implements WorldEvent {

        @Override
        public boolean isAnnounced() {
            return false;
        }

        @Override
        public String subject() {
            return execution.sid();
        }
    }

    /// The flow's own call, by its last widget. Its parameters are those that the flow's author chose.
    record FlowCalled(Execution execution, Map<String, String> parameters, Instant at) implements WorldEvent {

        public FlowCalled {
            parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }

        @Override
        public boolean isAnnounced() {
            return true;
        }

        @Override
        public String subject() {
            return execution.sid();
        }

        @Override
        public String toString() {
            return "FlowCalled[" + execution.sid() + "]";
        }
    }

    /// Why a state changed, `EVENT` where something happened in the conversation.
    enum Reason {
        API,
        TIMER,
        EVENT
    }
}

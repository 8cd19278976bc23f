package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// Everything that the pipeline can learn: the sealed list of events. One record on [Topics#EVENTS] or
/// [Topics#DELIVERY_STATUSES] is one of these.
///
/// The thirteen post-action and ten pre-action webhook events of Conversations (classic) carry Twilio's own names;
/// the rest are the messaging status callback, the executions of flows, a person's wish for a handoff, our own finding
/// after a look at Twilio's list, Twilio's error log, our intake's word that it is back, and [Unknown] for what Twilio
/// invents next.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ConversationAdded.class, name = "conversation.added"),
    @JsonSubTypes.Type(value = ConversationUpdated.class, name = "conversation.updated"),
    @JsonSubTypes.Type(value = ConversationStateUpdated.class, name = "conversation-state.updated"),
    @JsonSubTypes.Type(value = ConversationRemoved.class, name = "conversation.removed"),
    @JsonSubTypes.Type(value = MessageAdded.class, name = "message.added"),
    @JsonSubTypes.Type(value = MessageUpdated.class, name = "message.updated"),
    @JsonSubTypes.Type(value = MessageRemoved.class, name = "message.removed"),
    @JsonSubTypes.Type(value = ParticipantAdded.class, name = "participant.added"),
    @JsonSubTypes.Type(value = ParticipantUpdated.class, name = "participant.updated"),
    @JsonSubTypes.Type(value = ParticipantRemoved.class, name = "participant.removed"),
    @JsonSubTypes.Type(value = DeliveryUpdated.class, name = "delivery.updated"),
    @JsonSubTypes.Type(value = UserAdded.class, name = "user.added"),
    @JsonSubTypes.Type(value = UserUpdated.class, name = "user.updated"),
    @JsonSubTypes.Type(value = ConversationAdd.class, name = "conversation.add"),
    @JsonSubTypes.Type(value = ConversationUpdate.class, name = "conversation.update"),
    @JsonSubTypes.Type(value = ConversationRemove.class, name = "conversation.remove"),
    @JsonSubTypes.Type(value = MessageAdd.class, name = "message.add"),
    @JsonSubTypes.Type(value = MessageUpdate.class, name = "message.update"),
    @JsonSubTypes.Type(value = MessageRemove.class, name = "message.remove"),
    @JsonSubTypes.Type(value = ParticipantAdd.class, name = "participant.add"),
    @JsonSubTypes.Type(value = ParticipantUpdate.class, name = "participant.update"),
    @JsonSubTypes.Type(value = ParticipantRemove.class, name = "participant.remove"),
    @JsonSubTypes.Type(value = UserUpdate.class, name = "user.update"),
    @JsonSubTypes.Type(value = MessageStatusUpdated.class, name = "message-status.updated"),
    @JsonSubTypes.Type(value = FlowEnded.class, name = "flow.ended"),
    @JsonSubTypes.Type(value = FlowExecutionStarted.class, name = "flow-execution.started"),
    @JsonSubTypes.Type(value = FlowExecutionEnded.class, name = "flow-execution.ended"),
    @JsonSubTypes.Type(value = HandoffRequested.class, name = "handoff.requested"),
    @JsonSubTypes.Type(value = ConversationReconciled.class, name = "conversation.reconciled"),
    @JsonSubTypes.Type(value = ErrorLogged.class, name = "error.logged"),
    @JsonSubTypes.Type(value = IntakeResumed.class, name = "intake.resumed"),
    @JsonSubTypes.Type(value = Unknown.class, name = "unknown")
})
public sealed interface TranscriptEvent
        permits ConversationAdded,
                ConversationUpdated,
                ConversationStateUpdated,
                ConversationRemoved,
                MessageAdded,
                MessageUpdated,
                MessageRemoved,
                ParticipantAdded,
                ParticipantUpdated,
                ParticipantRemoved,
                DeliveryUpdated,
                UserAdded,
                UserUpdated,
                PreActionEvent,
                MessageStatusUpdated,
                FlowEnded,
                FlowExecutionStarted,
                FlowExecutionEnded,
                HandoffRequested,
                ConversationReconciled,
                ErrorLogged,
                IntakeResumed,
                Unknown {

    /// Where and when this was seen, with the bytes as they came.
    Source source();

    /// The SID that groups related records into one partition: of the conversation where one is named, otherwise of
    /// the nearest thing that is. Never empty.
    @JsonIgnore
    String key();

    /// The version of the contract that this event was written in.
    @JsonProperty("version")
    default int version() {
        return EventCodec.VERSION;
    }
}

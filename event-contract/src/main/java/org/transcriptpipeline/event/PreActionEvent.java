package org.transcriptpipeline.event;

/// Twilio asks before it acts, and a late or refused answer would reject the customer's message. These events are
/// therefore answered at once and only stored on the side: what they announce may still be changed or never happen.
public sealed interface PreActionEvent extends TranscriptEvent
        permits ConversationAdd,
                ConversationRemove,
                ConversationUpdate,
                MessageAdd,
                MessageRemove,
                MessageUpdate,
                ParticipantAdd,
                ParticipantRemove,
                ParticipantUpdate,
                UserUpdate {}

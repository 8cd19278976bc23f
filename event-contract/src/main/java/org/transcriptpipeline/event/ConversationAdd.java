package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;

/// `onConversationAdd`: a conversation is about to be created; it has no SID yet.
///
/// @param key the service SID, or the account SID where that is missing
public record ConversationAdd(
        @JsonIgnore(false) String key, // a field here, where other events derive it
        ConversationFields conversation,
        Source source)
        implements PreActionEvent {

    public ConversationAdd {
        requireNonNull(key, "key");
        requireNonNull(conversation, "conversation");
        requireNonNull(source, "source");
    }
}

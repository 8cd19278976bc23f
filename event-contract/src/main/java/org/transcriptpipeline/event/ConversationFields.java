package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one observation says of a conversation. Null: it did not say.
///
/// @param serviceSid `IS…`, the Conversations service
/// @param attributes JSON text as it came
/// @param state `initializing`, `active`, `inactive`, `closed`, or what Twilio invents next
/// @param firstMessageBody text of the first message, on creation by an inbound message
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConversationFields(
        @Nullable String serviceSid,
        @Nullable String messagingServiceSid,
        @Nullable String friendlyName,
        @Nullable String uniqueName,
        @Nullable String attributes,
        @Nullable String state,
        @Nullable Binding binding,
        @Nullable String firstMessageBody,
        @Nullable Instant dateCreated,
        @Nullable Instant dateUpdated) {

    public static final ConversationFields EMPTY =
            new ConversationFields(null, null, null, null, null, null, null, null, null, null);

    @Override
    public String toString() {
        return "ConversationFields[state=" + state + "]";
    }
}

package org.transcriptpipeline.twilio;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The variables of an execution; only one of them is looked at.
record ExecutionContext(@JsonProperty("context") @Nullable JsonNode context) {

    @Nullable
    String conversationSid() {
        if (context == null) {
            return null;
        }
        var sid = context.path("trigger").path("conversation").path("ConversationSid");
        return sid.isString() && !sid.stringValue().isEmpty() ? sid.stringValue() : null;
    }

    @Override
    public String toString() {
        return "ExecutionContext[]";
    }
}

package org.transcriptpipeline.simulator.rest;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An answer.
///
/// @param body none after a removal
/// @param file bytes of a medium, instead of a body
record Reply(
        int status, @Nullable ObjectNode body, @Nullable File file) {

    /// The content of an attachment.
    record File(String contentType, byte[] bytes) {}

    static final Reply REMOVED = new Reply(204, null, null);

    static Reply ok(ObjectNode body) {
        return new Reply(200, body, null);
    }

    static Reply file(String contentType, byte[] bytes) {
        return new Reply(200, null, new File(contentType, bytes));
    }

    static Reply created(ObjectNode body) {
        return new Reply(201, body, null);
    }

    static Reply refused(TwilioRefusal refusal) {
        return error(refusal.status(), refusal.code(), String.valueOf(refusal.getMessage()));
    }

    /// Twilio's error body.
    static Reply error(int status, int code, String message) {
        return new Reply(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("code", code)
                        .put("message", message)
                        .put("more_info", "https://www.twilio.com/docs/errors/" + code)
                        .put("status", status),
                null);
    }
}

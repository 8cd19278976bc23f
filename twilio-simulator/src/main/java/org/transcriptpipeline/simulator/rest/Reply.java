package org.transcriptpipeline.simulator.rest;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An answer.
///
/// @param body none after a removal
record Reply(int status, @Nullable ObjectNode body) {

    static final Reply REMOVED = new Reply(204, null);

    static Reply ok(ObjectNode body) {
        return new Reply(200, body);
    }

    static Reply created(ObjectNode body) {
        return new Reply(201, body);
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
                        .put("status", status));
    }
}

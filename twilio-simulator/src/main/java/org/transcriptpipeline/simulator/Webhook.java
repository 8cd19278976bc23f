package org.transcriptpipeline.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request that Twilio makes, not yet signed.
///
/// @param path below the public base URL
/// @param subject SID of what it is about, for the one who counts answers
/// @param parameters in the order in which they are sent
/// @param idempotencyToken the same for a repeated request
/// @param json the body instead of a form; then the signature covers its hash
public record Webhook(
        String path,
        String subject,
        List<Parameter> parameters,
        String idempotencyToken,
        @Nullable String json) {

    public static final String CONVERSATIONS = "/webhooks/conversations";
    public static final String MESSAGE_STATUS = "/webhooks/message-status";
    public static final String FLOW_ENDED = "/webhooks/flow-ended";

    public static final String EVENT_STREAMS = "/webhooks/event-streams";

    public Webhook {
        parameters = List.copyOf(parameters);
    }

    public Webhook(String path, String subject, List<Parameter> parameters, String idempotencyToken) {
        this(path, subject, parameters, idempotencyToken, null);
    }

    /// A request with this encoded form.
    public static Webhook ofForm(String path, String form) {
        return new Webhook(path, path, FormBody.decode(form), Sids.idempotencyToken(path, form));
    }

    /// A request with this JSON.
    static Webhook ofJson(String path, String subject, String json) {
        return new Webhook(path, subject, List.of(), Sids.idempotencyToken(path, json), json);
    }

    public String body() {
        return json == null ? FormBody.encode(parameters) : json;
    }

    /// No parameter values: they hold what people wrote.
    @Override
    public String toString() {
        return "Webhook[" + path + " " + subject + "]";
    }
}

package org.transcriptpipeline.simulator;

import java.util.List;

/// One request that Twilio makes, not yet signed.
///
/// @param path below the public base URL
/// @param subject SID of what it is about, for the one who counts answers
/// @param parameters in the order in which they are sent
/// @param idempotencyToken the same for a repeated request
public record Webhook(String path, String subject, List<Parameter> parameters, String idempotencyToken) {

    public static final String CONVERSATIONS = "/webhooks/conversations";
    public static final String MESSAGE_STATUS = "/webhooks/message-status";
    public static final String FLOW_ENDED = "/webhooks/flow-ended";

    public Webhook {
        parameters = List.copyOf(parameters);
    }

    /// A request with this encoded form.
    public static Webhook ofForm(String path, String form) {
        return new Webhook(path, path, FormBody.decode(form), Sids.idempotencyToken(path, form));
    }

    public String body() {
        return FormBody.encode(parameters);
    }

    /// No parameter values: they hold what people wrote.
    @Override
    public String toString() {
        return "Webhook[" + path + " " + subject + "]";
    }
}

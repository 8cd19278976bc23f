package org.transcriptpipeline.simulator.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A request that the stand-in got.
///
/// @param kind method, host and template of the path, `GET conversations.twilio.com/v1/Conversations`; without a
///     template the path itself
/// @param path with host: `/conversations.twilio.com/v1/Conversations`
/// @param queryNames of the parameters in the address
/// @param form parameters of the body
/// @param hasCredentials carried an `Authorization` header
/// @param isWebhookEnabled carried `X-Twilio-Webhook-Enabled: true`
/// @param status that was answered; 0 when the connection was ended instead
public record RecordedRequest(
        String method,
        String kind,
        String path,
        Set<String> queryNames,
        Map<String, List<String>> form,
        boolean hasCredentials,
        boolean isWebhookEnabled,
        int status,
        Instant at) {

    public RecordedRequest {
        queryNames = Set.copyOf(queryNames);
        form = Map.copyOf(form);
    }

    /// It would have changed something.
    public boolean isChanging() {
        return !method.equals("GET");
    }

    /// Without the values of parameters.
    @Override
    public String toString() {
        return method + " " + path + " " + queryNames + " " + form.keySet() + " " + status;
    }
}

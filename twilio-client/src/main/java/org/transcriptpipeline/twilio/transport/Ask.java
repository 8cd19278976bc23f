package org.transcriptpipeline.twilio.transport;

import java.util.List;

/// One HTTP request.
///
/// @param url on Twilio's own host, `https://conversations.twilio.com/v1/Conversations`, path not encoded; may end
///     in a query, which is sent as it is
/// @param query what is added to the query
public record Ask(Verb verb, String url, List<Parameter> query, List<Parameter> form, List<Parameter> headers) {

    public Ask {
        query = List.copyOf(query);
        form = List.copyOf(form);
        headers = List.copyOf(headers);
    }

    @Override
    public String toString() {
        return "Ask[" + verb + "]";
    }
}

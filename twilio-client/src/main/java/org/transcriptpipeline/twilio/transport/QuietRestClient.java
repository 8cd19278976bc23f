package org.transcriptpipeline.twilio.transport;

import com.twilio.http.Request;
import com.twilio.http.TwilioRestClient;

/// The SDK's client without its debug log, which prints URLs with their queries: addresses of customers.
final class QuietRestClient extends TwilioRestClient {

    QuietRestClient(Builder builder) {
        super(builder);
    }

    @Override
    public void logRequest(Request request) {
        // on purpose nothing: the caller is told what was asked, see TwilioCalls
    }
}

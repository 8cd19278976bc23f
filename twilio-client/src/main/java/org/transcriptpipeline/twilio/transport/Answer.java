package org.transcriptpipeline.twilio.transport;

import java.net.http.HttpHeaders;

/// One HTTP answer, read to its end.
public record Answer(int status, HttpHeaders headers, byte[] body) {

    @Override
    public String toString() {
        return "Answer[" + status + ", " + body.length + " bytes]";
    }
}

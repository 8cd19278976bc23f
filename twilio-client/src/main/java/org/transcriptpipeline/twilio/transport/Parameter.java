package org.transcriptpipeline.twilio.transport;

/// A pair of a query, a form or a header. A list is the same name several times.
public record Parameter(String name, String value) {

    @Override
    public String toString() {
        return name;
    }
}

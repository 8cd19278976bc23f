package org.transcriptpipeline.twilio.transport;

/// What Twilio's API is asked with.
public enum Verb {
    GET,
    POST,
    DELETE
}

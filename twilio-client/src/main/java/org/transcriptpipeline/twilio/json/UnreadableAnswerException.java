package org.transcriptpipeline.twilio.json;

/// An answer that is not what it should be; the message quotes nothing of it.
public final class UnreadableAnswerException extends RuntimeException {

    UnreadableAnswerException(String message) {
        super(message);
    }
}

package org.transcriptpipeline.rules;

/// The rules or the settings beside them cannot be used. The message tells a person where, and what is expected there;
/// it holds no address and no secret.
public final class RulesException extends RuntimeException {

    public RulesException(String message) {
        super(message);
    }
}

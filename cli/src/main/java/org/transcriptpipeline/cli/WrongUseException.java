package org.transcriptpipeline.cli;

/// The command was not called as it must be; exit status 2. The message tells a person what to change.
public final class WrongUseException extends RuntimeException {

    public WrongUseException(String message) {
        super(message);
    }
}

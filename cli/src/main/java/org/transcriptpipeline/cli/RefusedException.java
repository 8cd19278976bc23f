package org.transcriptpipeline.cli;

/// The command was understood and is not carried out; exit status 1. The message tells a person why.
public final class RefusedException extends RuntimeException {

    public RefusedException(String message) {
        super(message);
    }
}

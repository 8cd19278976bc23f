package org.transcriptpipeline.standalone;

/// Why standalone does not start, in a sentence that says what to do. Printed without a stack trace.
final class StandaloneException extends RuntimeException {

    StandaloneException(String message) {
        super(message);
    }
}

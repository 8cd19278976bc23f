package org.transcriptpipeline.transcript;

/// A file in the directory of a team's own templates cannot be used. Says which and why; thrown at start.
public final class UnusableTemplatesException extends RuntimeException {

    UnusableTemplatesException(String problem) {
        super(problem);
    }

    UnusableTemplatesException(String problem, Throwable cause) {
        super(problem, cause);
    }
}

package org.transcriptpipeline.simulator;

/// A scenario file that cannot be played. The message says which file, line and step, and what is expected there.
public final class ScenarioException extends RuntimeException {

    ScenarioException(String message) {
        super(message);
    }
}

package org.transcriptpipeline.simulator;

/// One name and value of a form, decoded. A name may occur several times.
public record Parameter(String name, String value) {

    /// The value may be somebody's words.
    @Override
    public String toString() {
        return "Parameter[" + name + "]";
    }
}

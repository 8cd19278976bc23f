package org.transcriptpipeline.fuzzing;

/// What a fuzz target reports: a promise that an input broke.
public final class Finding extends AssertionError {

    private Finding(String broken) {
        super(broken);
    }

    /// @param promise what has to hold for every input
    public static void unless(boolean holds, String promise) {
        if (!holds) {
            throw new Finding(promise);
        }
    }
}

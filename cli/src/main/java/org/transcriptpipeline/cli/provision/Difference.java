package org.transcriptpipeline.cli.provision;

import org.jspecify.annotations.Nullable;

/// One setting that is not as it should be.
///
/// @param setting what it is about
/// @param is what Twilio has; null for nothing
/// @param wanted what it should be
/// @param owner whose it seems to be, where it is not ours; null where nobody minds a change
/// @param fix makes it so; null where only a person can
record Difference(
        String setting,
        @Nullable String is,
        String wanted,
        @Nullable String owner,
        @Nullable Fix fix) {

    /// One call that changes something. Called at most once.
    @FunctionalInterface
    interface Fix {
        void apply();
    }

    /// Nothing is there yet.
    static Difference missing(String setting, String wanted, Fix fix) {
        return new Difference(setting, null, wanted, null, fix);
    }

    /// Something of somebody's is there, so it is changed only when a person says so.
    static Difference foreign(String setting, @Nullable String is, String wanted, String owner, Fix fix) {
        return new Difference(setting, is, wanted, owner, fix);
    }

    static Difference byHand(String setting, @Nullable String is, String wanted) {
        return new Difference(setting, is, wanted, null, null);
    }

    boolean mayBeFixed(boolean isReplacing) {
        return fix != null && (owner == null || isReplacing);
    }
}

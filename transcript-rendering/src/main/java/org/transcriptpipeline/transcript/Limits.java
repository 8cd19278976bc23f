package org.transcriptpipeline.transcript;

/// How much is shown.
///
/// @param bytes of all messages together, roughly, in both parts of a mail
/// @param messages shown at most
/// @param message the longest text of one, in characters
/// @param value the longest answer, note or reason, in characters
/// @param answers of the flow
/// @param failures told with their advice
record Limits(long bytes, int messages, int message, int value, int answers, int failures) {

    /// Everything.
    static final Limits NONE = new Limits(
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    private static final double TIGHTER = 0.65;

    /// Of the body of a mail.
    ///
    /// @param attempt 0 for what usually fits; each next one is tighter
    static Limits ofBody(int attempt) {
        double share = Math.pow(TIGHTER, attempt);
        return new Limits(
                (long) (60_000 * share),
                (int) (1000 * share),
                (int) (12_000 * share),
                (int) (2000 * share),
                (int) Math.ceil(40 * share),
                (int) Math.ceil(20 * share));
    }
}

package org.transcriptpipeline.kafka;

/// A record that no retry will help: it cannot be read. Thrown by [BatchHandler#store] before anything is stored.
public final class UnstorableRecordException extends RuntimeException {

    private final String reason;

    /// @param reason a word for the quarantine, `not_json` for instance; nothing of the record itself
    public UnstorableRecordException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}

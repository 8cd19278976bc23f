package org.transcriptpipeline.ingest.intake;

/// The journal of the spill could not be read or written.
final class JournalException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    enum Kind {
        /// another process has it
        HELD,
        /// what is in the file is no journal any more
        DAMAGED,
        /// no room on the disk
        DISK_FULL,
        /// anything else: rights, a broken disk, a directory that went away
        DISK_FAILED
    }

    JournalException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}

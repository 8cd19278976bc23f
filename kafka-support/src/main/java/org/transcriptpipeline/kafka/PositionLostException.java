package org.transcriptpipeline.kafka;

import org.springframework.dao.TransientDataAccessException;

/// The store lacks records that it had: a standby took over that had not heard of the last transactions. Reading on
/// from where it ends heals it.
final class PositionLostException extends TransientDataAccessException {

    PositionLostException() {
        super("the store is behind what it was");
    }
}

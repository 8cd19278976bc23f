package org.transcriptpipeline.notify.ledger;

import java.time.Instant;

/// What became of the wish to send something.
public sealed interface Claim {

    /// It is ours: the row says `sending`, committed.
    ///
    /// @param attempt 1 for the first
    /// @param token the row is only ever changed by the one who holds the latest token
    /// @param giveUpAt when to stop trying
    record Granted(DeliveryKey key, int attempt, String token, Instant giveUpAt) implements Claim {}

    /// There is nothing left to do.
    record Settled(DeliveryStatus status) implements Claim {}

    /// An earlier attempt broke off and nobody knows how it ended; a person has to say.
    record Doubtful() implements Claim {}
}

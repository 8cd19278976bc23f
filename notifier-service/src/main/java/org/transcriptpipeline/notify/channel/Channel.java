package org.transcriptpipeline.notify.channel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DestinationKind;

/// A way out. When it is called, what is claimed, what is written down and what is tried again is the same for all of
/// them and decided in `delivery`.
public interface Channel {

    DestinationKind kind();

    /// Says whether anything may be sent there now, and hears of what came of it.
    Gate gate(Delivery delivery);

    /// Does all that can be done before anything leaves. What it throws is tried again.
    Prepared prepare(Consignment consignment);

    /// What there is to hand over.
    sealed interface Prepared {}

    record Ready(Parcel parcel) implements Prepared {}

    /// It can never be sent.
    ///
    /// @param reason for the ledger
    record Never(String reason) implements Prepared {}

    /// Something that is ready to leave. Whoever gets one closes it.
    interface Parcel extends AutoCloseable {

        /// Hands it over. Never throws.
        ///
        /// @param attempt 1 for the first
        Outcome handOver(int attempt, Instant now);

        /// Of what it was made by; null: by nothing that changes.
        default @Nullable String templateVersion() {
            return null;
        }

        @Override
        default void close() {}
    }
}

package org.transcriptpipeline.ingest.intake;

/// What became of an event: the difference between a promise and an apology.
public sealed interface Publication {

    /// It will not be lost: a 2xx may be given.
    sealed interface Durable extends Publication {}

    /// Kafka acknowledged it, `acks=all`.
    record Published() implements Durable {}

    /// It is on our disk, synced, until Kafka takes it.
    record Spilled() implements Durable {}

    /// Kafka will not take it as it is. It is on our disk, synced, beside the spill, for a person to look at.
    record SetAside() implements Durable {}

    /// Nothing holds it. It may be in Kafka all the same, where only the acknowledgement was lost: Twilio's repeat
    /// then is the same event.
    record Rejected(Reason reason) implements Publication {}

    /// Why nothing holds it; the names in metrics and logs.
    enum Reason {
        /// more requests in flight than may be
        OVERLOADED,
        /// Kafka failed a moment ago and has not been seen to work since
        KAFKA_AWAY,
        /// no acknowledgement in time: broker gone, too few replicas in sync, topic missing
        TIMEOUT,
        /// the producer's memory is full
        BUFFER_FULL,
        /// Kafka does not let us write to the topic
        NOT_AUTHORIZED,
        /// the broker's limit is below ours
        TOO_LARGE,
        /// the broker refuses this record for what is in it
        RECORD_REFUSED,
        /// the producer was beyond use and has been replaced
        PRODUCER_FAILED,
        /// Kafka does not take it, and the spill holds as much as it may
        SPILL_FULL,
        /// Kafka does not take it, and the spill's disk fails or hangs
        SPILL_FAILED
    }
}

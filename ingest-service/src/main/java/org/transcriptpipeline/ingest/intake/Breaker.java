package org.transcriptpipeline.ingest.intake;

import org.jspecify.annotations.Nullable;

/// Answers "is it worth asking Kafka?" in no time, so that a dead broker costs each request milliseconds and not
/// seconds.
///
/// A failure opens it. Open, nothing passes. When the broker has been seen again it is half open: one request at a
/// time passes as the test, and the first to succeed closes it. It starts open: nobody has seen the broker yet.
final class Breaker {

    private Phase phase = Phase.OPEN;

    /// Counts openings, so that what was sent before one cannot speak for the time after it.
    private long epoch;

    private volatile Phase visiblePhase = phase;

    enum Phase {
        CLOSED,
        HALF_OPEN,
        /// half open, and the one request that passes is on its way
        TESTING,
        OPEN
    }

    /// The right to try. Is given back by [#succeeded], [#failed] or [#saidNothing].
    record Pass(long epoch) {}

    Phase phase() {
        return visiblePhase;
    }

    /// Null: not now.
    synchronized @Nullable Pass tryPass() {
        return switch (phase) {
            case CLOSED -> new Pass(epoch);
            case HALF_OPEN -> {
                enter(Phase.TESTING);
                yield new Pass(epoch);
            }
            case TESTING, OPEN -> null;
        };
    }

    /// Kafka took what passed.
    ///
    /// @return whether this closed the breaker
    synchronized boolean succeeded(Pass pass) {
        if (phase != Phase.TESTING || pass.epoch() != epoch) {
            return false;
        }
        enter(Phase.CLOSED);
        return true;
    }

    /// Kafka did not take what passed, and would not have taken another.
    ///
    /// @return whether this opened the breaker
    synchronized boolean failed(Pass pass) {
        if (phase == Phase.OPEN || pass.epoch() != epoch) {
            return false;
        }
        epoch++;
        enter(Phase.OPEN);
        return true;
    }

    /// What passed failed by its own fault, so the next may be the test.
    synchronized void saidNothing(Pass pass) {
        if (phase == Phase.TESTING && pass.epoch() == epoch) {
            enter(Phase.HALF_OPEN);
        }
    }

    /// The broker answers and has the topics.
    synchronized void brokerSeen() {
        if (phase == Phase.OPEN) {
            enter(Phase.HALF_OPEN);
        }
    }

    /// The first sight of the broker, by the very producer that will write: no test is needed.
    synchronized void start() {
        if (phase == Phase.OPEN) {
            enter(Phase.CLOSED);
        }
    }

    private void enter(Phase next) {
        phase = next;
        visiblePhase = next;
    }
}

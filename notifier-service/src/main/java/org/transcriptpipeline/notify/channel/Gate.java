package org.transcriptpipeline.notify.channel;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a way out is open. When the other side refuses our credentials nothing is sent for a while (`faults.md`
/// N19); then one delivery tries, and the others wait for what becomes of it. So does the very first one.
public final class Gate {

    private static final Logger log = LoggerFactory.getLogger(Gate.class);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(1);

    private final String name;
    private final Duration firstPause;
    private final Duration longestPause;
    private final LongSupplier nanoTime;

    private boolean proven;
    private boolean trying;
    private int failures;
    private long closedUntilNanos;
    private @Nullable String trouble;

    /// @param name of the way out or the destination, for the log
    /// @param firstPause how long it stays closed after a refusal of our credentials; doubles each time
    public Gate(String name, Duration firstPause, Duration longestPause, LongSupplier nanoTime) {
        this.name = name;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.nanoTime = nanoTime;
        this.closedUntilNanos = nanoTime.getAsLong();
    }

    /// Whether something may be sent now.
    public sealed interface Entrance {}

    /// It may. Whoever is told this calls [#settle] next, or [#leave]: while the way is not proven, all others wait.
    public record Open() implements Entrance {}

    /// It may not; ask again after this.
    public record Closed(Duration until) implements Entrance {}

    public synchronized Entrance enter() {
        var wait = closedFor();
        if (wait != null) {
            return new Closed(wait);
        }
        trying = !proven;
        return new Open();
    }

    /// How long whoever came now would be turned away; null: not at all. Nobody is let in by this.
    public synchronized @Nullable Duration closedFor() {
        long left = closedUntilNanos - nanoTime.getAsLong();
        if (left > 0) {
            return Duration.ofNanos(left).plus(LOOK_AGAIN_AFTER);
        }
        return proven || !trying ? null : LOOK_AGAIN_AFTER;
    }

    /// To be called by whoever was let in and sends nothing after all.
    public synchronized void leave() {
        trying = false;
    }

    /// To be called by whoever was let in, with what came of it.
    public synchronized void settle(Outcome outcome) {
        trying = false;
        switch (outcome) {
            case Outcome.Sent(var _, var _, var _) -> open();
            case Outcome.Refused(var _, var code) -> {
                if (code != null) {
                    open(); // the other side let us in and said what it thinks
                }
            }
            case Outcome.TryLater(var _, var code, var _) ->
                trouble = code == null ? "it does not answer" : "it says " + code;
            case Outcome.Unanswered(var _) -> trouble = "it does not answer";
            case Outcome.Broken(var reason, var code) -> close(code == null ? reason : "it says " + code);
        }
    }

    private void open() {
        proven = true;
        failures = 0;
        trouble = null;
    }

    private void close(String why) {
        proven = false;
        trouble = why;
        if (closedUntilNanos - nanoTime.getAsLong() > 0) {
            return; // several were on their way; one of them has closed it
        }
        var pause = firstPause.multipliedBy(1L << Math.min(failures, 20));
        pause = pause.compareTo(longestPause) > 0 ? longestPause : pause;
        failures++;
        closedUntilNanos = nanoTime.getAsLong() + pause.toNanos();
        log.atError()
                .addKeyValue("destination", name)
                .addKeyValue("reason", why)
                .addKeyValue("pauseSeconds", pause.toSeconds())
                .log("The other side refuses us; nothing goes out there until it is mended");
    }

    /// How long nothing is sent from now on; a second where it is open.
    public synchronized Duration pause() {
        var left = Duration.ofNanos(closedUntilNanos - nanoTime.getAsLong());
        return (left.isNegative() ? Duration.ZERO : left).plus(LOOK_AGAIN_AFTER);
    }

    public synchronized boolean isPaused() {
        return failures > 0;
    }

    /// What is wrong, without an address; null where nothing is.
    public synchronized @Nullable String trouble() {
        return trouble;
    }
}

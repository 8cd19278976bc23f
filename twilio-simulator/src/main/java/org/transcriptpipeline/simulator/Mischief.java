package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.SplittableRandom;
import org.transcriptpipeline.simulator.world.WorldEvent;

/// What goes wrong between Twilio and us. What happens to one webhook depends on the seed and on what it tells alone,
/// not on the order in which threads come by.
///
/// @param dropShare of the webhooks, 0 to 1, that never arrive; Twilio does not repeat them
/// @param repeatShare of those that arrive, 0 to 1, that do so twice, the second time with a `RetryCount` of 0 or 1
/// @param reorder each is held up by chance up to so long, so those that happen within it change places
/// @param delay each is held up at least so long
public record Mischief(double dropShare, double repeatShare, Duration reorder, Duration delay, long seed) {

    /// Everything arrives once, in order as far as the network keeps it.
    public static final Mischief NONE = new Mischief(0, 0, Duration.ZERO, Duration.ZERO, 0);

    public Mischief {
        if (dropShare < 0 || dropShare > 1 || repeatShare < 0 || repeatShare > 1) {
            throw new IllegalArgumentException("a share is from 0 to 1: " + dropShare + ", " + repeatShare);
        }
        if (reorder.isNegative() || delay.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative: " + reorder + ", " + delay);
        }
    }

    /// @param retryCount of the second copy
    record Fate(boolean isDropped, boolean isRepeated, Duration hold, Duration holdOfRepeat, int retryCount) {}

    /// A flow's own call is no webhook of Twilio's: it is held up like them, but neither lost nor repeated.
    Fate of(WorldEvent event) {
        var kind = event.getClass().getSimpleName();
        var random = new SplittableRandom(
                seed ^ Sids.of("", seed, kind, event.subject(), event.at()).hashCode());
        boolean isSpared = event instanceof WorldEvent.FlowCalled;
        boolean isDropped = random.nextDouble() < dropShare && !isSpared;
        boolean isRepeated = random.nextDouble() < repeatShare && !isSpared;
        return new Fate(isDropped, isRepeated && !isDropped, hold(random), hold(random), random.nextInt(2));
    }

    private Duration hold(SplittableRandom random) {
        return delay.plusNanos((long) (random.nextDouble() * reorder.toNanos()));
    }
}

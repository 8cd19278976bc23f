package org.transcriptpipeline.cli.provision;

import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.TwilioSetup;
import org.transcriptpipeline.twilio.setup.ConversationsConfiguration;

/// When conversations of the account become inactive and closed by themselves. Wanted only where somebody asks for
/// it: a timer closes conversations of everybody who uses the account.
final class TimersPart implements Part {

    private final TwilioSetup setup;
    private final Wish wish;

    TimersPart(TwilioSetup setup, Wish wish) {
        this.setup = setup;
        this.wish = wish;
    }

    @Override
    public List<Difference> differences() {
        if (wish.inactiveTimer() == null && wish.closedTimer() == null) {
            return List.of();
        }
        var is = setup.configuration();
        var differences = new ArrayList<Difference>();
        compare(
                differences,
                "inactive timer",
                is.defaultInactiveTimer(),
                wish.inactiveTimer(),
                wanted -> new ConversationsConfiguration(null, null, wanted, null));
        compare(
                differences,
                "closed timer",
                is.defaultClosedTimer(),
                wish.closedTimer(),
                wanted -> new ConversationsConfiguration(null, null, null, wanted));
        return differences;
    }

    private void compare(
            List<Difference> differences,
            String name,
            @Nullable String is,
            @Nullable String wanted,
            Function<String, ConversationsConfiguration> change) {
        if (wanted == null || isSame(is, wanted)) {
            return;
        }
        Difference.Fix fix = () -> setup.updateConfiguration(change.apply(wanted));
        differences.add(
                is == null || is.isEmpty()
                        ? Difference.missing(name, wanted, fix)
                        : Difference.foreign(name, is, wanted, "whoever set it for the account", fix));
    }

    /// `PT24H` and `P1D` are the same timer.
    static boolean isSame(@Nullable String is, String wanted) {
        return is != null && (is.equals(wanted) || lengthOf(is).equals(lengthOf(wanted)));
    }

    private static Object lengthOf(String duration) {
        try {
            return Duration.parse(duration);
        } catch (DateTimeParseException _) {
            try {
                return Period.parse(duration); // with weeks or months
            } catch (DateTimeParseException _) {
                return duration;
            }
        }
    }
}

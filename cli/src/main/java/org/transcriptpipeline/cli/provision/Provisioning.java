package org.transcriptpipeline.cli.provision;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.transcriptpipeline.twilio.TwilioSetup;

/// All parts, in the order in which they need each other.
final class Provisioning {

    private final List<Part> parts;

    Provisioning(TwilioSetup setup, Wish wish) {
        var resolved = new Resolved();
        parts = List.of(
                new FlowPart(setup, wish, resolved),
                new MessagingPart(setup, wish, resolved),
                new WebhookPart(setup, wish),
                new TimersPart(setup, wish),
                new StreamPart(setup.eventStreams(), wish),
                // last: from here on customers' messages begin conversations, and all else hears of them by then
                new AddressPart(setup, wish, resolved));
    }

    List<Difference> compare() {
        return parts.stream().flatMap(part -> part.differences().stream()).toList();
    }

    /// Mends what may be mended, part by part. A call that fails ends it; what was done is seen by the next run.
    ///
    /// @param isReplacing whether what is not ours may be replaced
    /// @param progress hears of each change once it is made, so that a failure later hides none
    /// @return what was mended, and what was left
    Outcome apply(boolean isReplacing, Consumer<Difference> progress) {
        var made = new ArrayList<Difference>();
        var left = new ArrayList<Difference>();
        for (var part : parts) {
            for (var difference : part.differences()) {
                var fix = difference.fix();
                if (fix != null && difference.mayBeFixed(isReplacing)) {
                    fix.apply();
                    made.add(difference);
                    progress.accept(difference);
                } else {
                    left.add(difference);
                }
            }
        }
        return new Outcome(made, left);
    }

    record Outcome(List<Difference> made, List<Difference> left) {}
}

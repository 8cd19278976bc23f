package org.transcriptpipeline.rules;

import java.time.Duration;
import java.util.List;

/// What happens when nobody says "I have it" in time.
///
/// @param within counted from when the transcript was ready
/// @param then who is reminded
public record TakeOver(Duration within, List<Destination> then) {

    public TakeOver {
        then = List.copyOf(then);
    }
}

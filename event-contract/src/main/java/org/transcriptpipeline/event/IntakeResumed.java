package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The intake takes requests again: after a start, or after a time in which it had to refuse some. What Twilio sent
/// meanwhile may be lost.
///
/// @param awaySince when the first request was refused; null: the intake has just started and cannot know
public record IntakeResumed(@Nullable Instant awaySince, Instant resumedAt, Source source) implements TranscriptEvent {

    public IntakeResumed {
        requireNonNull(resumedAt, "resumedAt");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return source.accountSid();
    }
}

package org.transcriptpipeline.archive.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.live.LiveStream.Rhythm;

class LiveStreamsTest {

    private static final Rhythm AT_ONCE = new Rhythm(Duration.ZERO, Duration.ofMillis(500));

    /// Ten are told in a second, however many look; none of them more often than every half.
    @Test
    void theMoreLookTheLessOftenEachIsToldAndNotAllAtOnce() {
        assertThat(LiveStreams.rhythm(1, 0.9)).isEqualTo(AT_ONCE);
        assertThat(LiveStreams.rhythm(5, 0.9)).isEqualTo(AT_ONCE);
        assertThat(LiveStreams.rhythm(50, 0)).isEqualTo(new Rhythm(Duration.ZERO, Duration.ofMillis(2750)));
        assertThat(LiveStreams.rhythm(50, 1)).isEqualTo(new Rhythm(Duration.ofMillis(4500), Duration.ofMillis(2750)));
        var usual = LiveStreams.rhythm(LiveStreams.MOST, 0.5);
        assertThat(usual.delay().plus(usual.rest())).isEqualTo(Duration.ofSeconds(50));
    }
}

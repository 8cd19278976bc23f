package org.transcriptpipeline.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read by hand for its speed, beside what it stands in for.
class ValuesTest {

    private static final Pattern SID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int TRIES = 50_000;

    private final Random random = new Random(8);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-01T08:00:00Z",
                "2026-11-01T08:00:00.1Z",
                "2026-11-01T08:00:00.123456789Z",
                "2026-11-01T08:00:00.1234567891Z",
                "2026-11-01T08:00:00.Z",
                "2026-11-01T08:00Z",
                "2026-11-01t08:00:00z",
                "2026-11-01T08:00:00+01:00",
                "2026-11-01T08:00:00.5+01:00",
                "2024-02-29T23:59:59.999Z",
                "2026-02-29T08:00:00Z",
                "2026-13-01T08:00:00Z",
                "2026-11-31T08:00:00Z",
                "2026-11-01T24:00:00Z",
                "2026-11-01T23:60:00Z",
                "2026-11-01T23:59:60Z",
                "0000-01-01T00:00:00Z",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999Z",
                "9999-12-31T23:59:59.9999Z",
                "-026-11-01T08:00:00Z",
                "2026-1 -01T08:00:00Z",
                "2026-11-01T08:00:00,123Z",
                "\u0662\u0660\u0662\u0666-11-01T08:00:00Z",
                "",
                "Z"
            })
    void timesAreReadAsTheJdkReadsThem(String text) {
        assertThat(Values.time(text)).isEqualTo(byTheJdk(text));
    }

    @Test
    void whateverIsDoneToATimeItIsReadAsTheJdkReadsIt() {
        int understood = 0;
        for (int i = 0; i < TRIES; i++) {
            var text = mutated("2026-11-01T08:00:00.123456789Z");
            var time = Values.time(text);
            assertThat(time).as(text).isEqualTo(byTheJdk(text));
            understood += time == null ? 0 : 1;
        }
        assertThat(understood).isBetween(TRIES / 10, TRIES * 9 / 10);
    }

    @Test
    void sidsAreWhatThePatternSays() {
        IntStream.range(0, TRIES)
                .mapToObj(_ -> mutated("IM_-09azAZ".repeat(1 + random.nextInt(7))))
                .forEach(text -> assertThat(Values.isSid(text))
                        .as(text)
                        .isEqualTo(SID.matcher(text).matches()));
        assertThat(Values.isSid("")).isFalse();
        assertThat(Values.isSid("a".repeat(64))).isTrue();
        assertThat(Values.isSid("a".repeat(65))).isFalse();
    }

    /// Shortened anywhere, with a few characters replaced by others that may stand there.
    private String mutated(String text) {
        var mutated = new StringBuilder(text);
        for (int changes = random.nextInt(3); changes > 0; changes--) {
            mutated.setCharAt(random.nextInt(mutated.length()), "0123456789:.-TZ+ \u00e9".charAt(random.nextInt(18)));
        }
        int from = random.nextInt(mutated.length());
        return mutated.delete(from, Math.min(mutated.length(), from + random.nextInt(9)))
                .toString();
    }

    private static @Nullable Instant byTheJdk(String text) {
        try {
            var time = OffsetDateTime.parse(text).toInstant();
            return time.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
                            || time.isAfter(Instant.parse("9999-12-31T23:59:59.999Z"))
                    ? null
                    : time;
        } catch (DateTimeException e) {
            return null;
        }
    }
}

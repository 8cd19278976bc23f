package org.transcriptpipeline.notify.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.notify.Surroundings;

class DatabaseClockTest {

    @Test
    @Tag("O6")
    void leasesGoByTheDatabaseHoweverWrongTheClockHere() {
        for (var off : new Duration[] {Duration.ofHours(1), Duration.ofHours(-1)}) {
            var wrong = Clock.offset(Clock.systemUTC(), off);

            var now = new DatabaseClock(Surroundings.get().notifierRole(), wrong).now();

            assertThat(now)
                    .as("a clock that is off by " + off)
                    .isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
        }
    }
}

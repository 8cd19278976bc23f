package org.transcriptpipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D8")
class QuarantineBreakerTest {

    private final SettableClock clock = new SettableClock();
    private final QuarantineBreaker breaker = new QuarantineBreaker(clock, 5, Duration.ofMinutes(1));

    @Test
    void aHandfulIsAlwaysAdmitted() {
        breaker.arrived(6);

        assertThat(admitted("data")).isEqualTo(5);
    }

    @Test
    void oneReasonGetsATenthOfWhatArrives() {
        breaker.arrived(1000);

        assertThat(admitted("data")).isEqualTo(100);
    }

    @Test
    void reasonsDoNotCountTowardsEachOther() {
        breaker.arrived(10);
        admitted("data");

        assertThat(breaker.admits("not_json")).isTrue();
    }

    @Test
    void itTriesAgainByItself() {
        breaker.arrived(10);
        admitted("data");

        clock.now = clock.now.plus(Duration.ofMinutes(1));

        assertThat(admitted("data")).isEqualTo(5);
    }

    @Test
    @Tag("A5")
    void pausesGrowToHalfAMinuteAndAreNeverTheSameForEverybody() {
        assertThat(BatchConsumer.waitAfter(0, _ -> 0L)).isEqualTo(Duration.ofMillis(125));
        assertThat(BatchConsumer.waitAfter(0, below -> below - 1)).isEqualTo(Duration.ofMillis(250));
        assertThat(BatchConsumer.waitAfter(50, below -> below - 1)).isEqualTo(Duration.ofSeconds(30));
        assertThat(BatchConsumer.waitAfter(50, _ -> 0L)).isEqualTo(Duration.ofSeconds(15));
    }

    private int admitted(String reason) {
        int admitted = 0;
        while (breaker.admits(reason)) {
            admitted++;
        }
        return admitted;
    }

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-03-02T14:05:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

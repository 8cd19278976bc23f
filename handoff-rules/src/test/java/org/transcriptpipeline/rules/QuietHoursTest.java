package org.transcriptpipeline.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class QuietHoursTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final QuietHours night =
            new QuietHours(LocalTime.of(20, 0), LocalTime.of(7, 0), BERLIN, Duration.ofHours(9));

    private static Instant at(String time) {
        return java.time.LocalDateTime.parse(time).atZone(BERLIN).toInstant();
    }

    private void goesOut(String now, String readyAt, String then) {
        assertThat(night.earliest(at(now), at(readyAt))).isEqualTo(at(then));
    }

    @Test
    void byDayItGoesOutAtOnce() {
        goesOut("2026-11-25T19:59", "2026-11-25T19:59", "2026-11-25T19:59");
        goesOut("2026-11-25T07:00", "2026-11-25T07:00", "2026-11-25T07:00");
    }

    @Test
    void byNightItWaitsForTheMorning() {
        goesOut("2026-11-25T23:00", "2026-11-25T23:00", "2026-11-26T07:00");
        goesOut("2026-11-26T02:00", "2026-11-26T02:00", "2026-11-26T07:00");
    }

    @Test
    void butNotLongerThanItMayWait() {
        goesOut("2026-11-25T20:30", "2026-11-25T20:30", "2026-11-26T05:30");
        goesOut("2026-11-26T06:00", "2026-11-25T20:30", "2026-11-26T06:00");
    }

    @Test
    void hoursWithinADayEndOnThatDay() {
        var lunch = new QuietHours(LocalTime.of(12, 0), LocalTime.of(13, 0), BERLIN, Duration.ofHours(9));

        assertThat(lunch.earliest(at("2026-11-25T12:30"), at("2026-11-25T12:30")))
                .isEqualTo(at("2026-11-25T13:00"));
        assertThat(lunch.earliest(at("2026-11-25T13:30"), at("2026-11-25T12:30")))
                .isEqualTo(at("2026-11-25T13:30"));
    }

    @Test
    void aChangeOfTheClocksIsFollowed() {
        // at 03:00 it becomes 02:00
        assertThat(night.earliest(at("2026-10-24T23:00"), at("2026-10-24T23:00")))
                .isEqualTo(Instant.parse("2026-10-25T06:00:00Z"));
    }
}

package org.transcriptpipeline.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The short form of two long runs, see `MailStorm` and docs/operations.md.
class MailStormTest {

    @Test
    @Tag("N3")
    void whatIsNotRefusedIsMailedWhateverTheServerDoesAndWhoeverIsKilled() throws Exception {
        var result = MailStorm.run(new MailStorm.Plan("storm", 150, 1, 1, 0.5, Duration.ofMillis(5)));

        assertThat(result.missing()).isZero();
        assertThat(result.strangers()).isZero();
        assertThat(result.ledgerDiffers()).isZero();
        assertThat(result.refused()).isPositive();
        assertThat(result.moods()).hasSizeGreaterThan(5);
        assertThat(result.doublesThatDoNotSaySo()).isZero();
        // whoever is killed may have several mails on their way, and only those
        assertThat(result.doubles()).isLessThanOrEqualTo(result.droppedAfterTheDot() + 4);
    }

    @Test
    void twoNotifiersShareTheWorkAndSendNothingTwice() throws Exception {
        var result = MailStorm.run(new MailStorm.Plan("pair", 300, 2, 0, 0, Duration.ofMillis(1)));

        assertThat(result.mails()).isEqualTo(300);
        assertThat(result.missing()).isZero();
        assertThat(result.ledgerDiffers()).isZero();
        assertThat(result.notifiersThatSent()).isEqualTo(2);
    }
}

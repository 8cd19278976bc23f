package org.transcriptpipeline.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.ingest.intake.Breaker.Phase;

class BreakerTest {

    private final Breaker breaker = new Breaker();

    @BeforeEach
    void close() {
        breaker.start();
    }

    @Test
    void nothingPassesBeforeTheBrokerWasSeen() {
        var fresh = new Breaker();

        assertThat(fresh.phase()).isEqualTo(Phase.OPEN);
        assertThat(fresh.tryPass()).isNull();
        fresh.start();
        assertThat(fresh.phase()).isEqualTo(Phase.CLOSED);
        assertThat(fresh.tryPass()).isNotNull();
    }

    @Test
    void oneFailureOpensItAndTheOthersOfItsTimeSayNoMore() {
        var first = breaker.tryPass();
        var second = breaker.tryPass();

        assertThat(breaker.failed(first)).isTrue();

        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.tryPass()).isNull();
        assertThat(breaker.failed(second)).isFalse();
        assertThat(breaker.succeeded(second)).isFalse();
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    @Tag("K3")
    void whenTheBrokerIsSeenAgainOneRequestPassesAsTheTestAndClosesIt() {
        breaker.failed(breaker.tryPass());

        breaker.brokerSeen();

        assertThat(breaker.phase()).isEqualTo(Phase.HALF_OPEN);
        var test = breaker.tryPass();
        assertThat(breaker.phase()).isEqualTo(Phase.TESTING);
        assertThat(breaker.tryPass()).isNull();
        assertThat(breaker.succeeded(test)).isTrue();
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        assertThat(breaker.succeeded(breaker.tryPass())).isFalse();
    }

    @Test
    void aTestThatFailsOpensItAgain() {
        breaker.failed(breaker.tryPass());
        breaker.brokerSeen();

        assertThat(breaker.failed(breaker.tryPass())).isTrue();

        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.tryPass()).isNull();
    }

    @Test
    void aTestThatFailsByItsOwnFaultLeavesThePlaceToTheNext() {
        breaker.failed(breaker.tryPass());
        breaker.brokerSeen();

        breaker.saidNothing(breaker.tryPass());

        assertThat(breaker.phase()).isEqualTo(Phase.HALF_OPEN);
        assertThat(breaker.succeeded(breaker.tryPass())).isTrue();
    }

    @Test
    void whatWasSentBeforeAnOpeningDoesNotSpeakForTheTimeAfterIt() {
        var early = breaker.tryPass();
        breaker.failed(breaker.tryPass());
        breaker.brokerSeen();
        var test = breaker.tryPass();

        assertThat(breaker.succeeded(early)).isFalse();
        breaker.saidNothing(early);
        assertThat(breaker.failed(early)).isFalse();

        assertThat(breaker.phase()).isEqualTo(Phase.TESTING);
        assertThat(breaker.succeeded(test)).isTrue();
    }

    @Test
    void seeingTheBrokerIsNoNewsWhileItTakesEvents() {
        var pass = breaker.tryPass();

        breaker.brokerSeen();

        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        assertThat(breaker.failed(pass)).isTrue();
    }
}

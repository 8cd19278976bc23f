package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.Webhook;

/// A 2xx is a promise: `kill -9` in the middle of the traffic, twice.
class KilledIT {

    private static final int SENDERS = 16;
    private static final int PER_PART = 1_700;

    /// What got a 2xx.
    private final Acknowledged acknowledged = new Acknowledged();

    @Test
    @Tag("K2")
    void whatWasAcknowledgedIsStoredOnceAndMailedOnce(@TempDir Path directory) throws Exception {
        try (var standalone = StandaloneProcess.withAccount(directory, "killed")) {
            standalone.start();
            var startedAt = Instant.now().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
            var load = new Requests("load", standalone.accountSid(), 50, 98, startedAt);
            assertThat(load.count()).isEqualTo(5_000);
            var handedOver = new Requests("handoff", standalone.accountSid(), 1, 6, startedAt);
            var requests = load.stream().iterator();

            try (var twilio = standalone.twilio()) {
                twilio.post(handedOver.stream().iterator(), 1, this::count);
                count(twilio.post(handedOver.flowEnded(0)));
                // The handoff settles meanwhile: the kill finds it somewhere between its trigger and its mail.
                killInTheMiddle(twilio, requests, standalone::killJvm);
            }
            standalone.start();
            try (var twilio = standalone.twilio()) {
                count(twilio.post(handedOver.flowEnded(0)));
                killInTheMiddle(twilio, requests, standalone::killEverything);
            }
            standalone.start();
            try (var twilio = standalone.twilio()) {
                count(twilio.post(handedOver.flowEnded(0)));
                twilio.post(requests, SENDERS, this::count);
            }

            assertThat(requests.hasNext()).isFalse();
            assertThat(acknowledged.count()).isGreaterThan(4_300); // the others found nobody at home
            acknowledged.awaitStored(standalone.jdbc(), Duration.ofSeconds(90));
            await("the mail")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !standalone.mails().isEmpty());
            standalone.awaitNoSecondMail();
        }
    }

    /// Sends a part of the requests and kills while the rest of the part is on its way. What finds nobody at home
    /// then is not sent again: neither does Twilio.
    private void killInTheMiddle(TwilioSimulator twilio, Iterator<Webhook> requests, Kill kill) throws Exception {
        var part = new Part(requests, PER_PART);
        var sender = Thread.ofPlatform().start(() -> {
            try {
                twilio.post(part, SENDERS, this::count);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().pollInterval(Duration.ofMillis(5)).atMost(30, TimeUnit.SECONDS).until(() -> part.sent > PER_PART - 300);
        kill.kill();
        part.end();
        assertThat(sender.join(Duration.ofSeconds(60))).isTrue();
    }

    private void count(Answer answer) {
        if (answer.isAcknowledged()) {
            acknowledged.add(answer.webhook().subject());
        }
    }

    private interface Kill {
        void kill() throws Exception;
    }

    /// The next so many of a stream. Read by one thread at a time, as the simulator promises.
    private static final class Part implements Iterator<Webhook> {

        private final Iterator<Webhook> all;
        private final int size;
        private volatile int sent;
        private volatile boolean ended;

        Part(Iterator<Webhook> all, int size) {
            this.all = all;
            this.size = size;
        }

        /// Once it is killed nobody sends: the requests that are left go to its successor.
        void end() {
            ended = true;
        }

        @Override
        public boolean hasNext() {
            return !ended && sent < size && all.hasNext();
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // written by the thread that holds the simulator's lock
        public Webhook next() {
            sent++;
            return all.next();
        }
    }
}

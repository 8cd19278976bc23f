package org.transcriptpipeline.pipeline;

import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.Webhook;

/// Steady load from somewhere that nothing stops, and the memory of what was promised. What is not answered by 2xx is
/// not sent again: neither does Twilio.
final class Traffic implements AutoCloseable {

    private static final int SENDERS = 16;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger others = new AtomicInteger();
    private final Thread sender;
    private volatile boolean ended;

    /// Begins at once.
    ///
    /// @param run separates the SIDs of one load from those of another
    Traffic(TwilioSimulator twilio, Requests requests, int perSecond) {
        var paced =
                new Paced(requests.stream().iterator(), Duration.ofSeconds(1).dividedBy(perSecond));
        sender = Thread.ofPlatform().name("traffic").start(() -> {
            try {
                twilio.post(paced, SENDERS, this::count);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// SIDs of messages that got a 2xx.
    Set<String> acknowledgedMessages() {
        return acknowledged;
    }

    /// Requests that got another answer, or none.
    int others() {
        return others.get();
    }

    private void count(Answer answer) {
        if (!answer.isAcknowledged()) {
            others.incrementAndGet();
        } else if (answer.webhook().subject().startsWith("IM")) {
            acknowledged.add(answer.webhook().subject());
        }
    }

    /// Lets what is under way be answered.
    @Override
    public void close() throws InterruptedException {
        ended = true;
        sender.join(Duration.ofSeconds(60));
    }

    /// Read by one thread at a time, as the simulator promises.
    private final class Paced implements Iterator<Webhook> {

        private final Iterator<Webhook> all;
        private final long pause;
        private long due = System.nanoTime();

        Paced(Iterator<Webhook> all, Duration pause) {
            this.all = all;
            this.pause = pause.toNanos();
        }

        @Override
        public boolean hasNext() {
            return !ended && all.hasNext();
        }

        @Override
        public Webhook next() {
            due = Math.max(
                    due + pause, System.nanoTime() - 20 * pause); // a held-up sender does not come back as a burst
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            return all.next();
        }
    }
}

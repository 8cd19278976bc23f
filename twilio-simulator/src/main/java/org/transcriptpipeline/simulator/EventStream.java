package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import org.transcriptpipeline.simulator.world.WorldEvent;
import tools.jackson.databind.node.ObjectNode;

/// An Event Streams sink (/docs/events/event-delivery-and-duplication): batches of CloudEvents, at least once, in no
/// order. Repeats what was not acknowledged; of the mischief it takes repeats and reordering, since a stream loses
/// nothing within its four hours.
public final class EventStream implements AutoCloseable {

    private static final int CAPACITY = 200_000;
    private static final int CONCURRENCY = 2;
    private static final int BATCH = 20;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final int MOST_ATTEMPTS = 12; // the pause doubles: about seven minutes in all

    private final TwilioWorld world;
    private final TwilioSimulator simulator;
    private final Mischief mischief;
    private final Outbox<Sent> outbox = new Outbox<>("event-stream", CAPACITY, CONCURRENCY, BATCH, this::send);
    private final AtomicLong due = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();

    /// Begins with what happens from now on.
    ///
    /// @param simulator signs and posts; it is not closed by this one
    public EventStream(TwilioWorld world, TwilioSimulator simulator, Mischief mischief) {
        this.world = world;
        this.simulator = simulator;
        this.mischief = mischief;
        world.listen(this::accept);
    }

    /// How many events so far.
    ///
    /// @param due without their repeats
    /// @param acknowledged in batches that were answered with a 2xx, repeats included
    /// @param givenUp after the last attempt, or since too many were waiting
    public record Counts(long due, long acknowledged, long givenUp) {}

    public Counts counts() {
        return new Counts(due.get(), acknowledged.get(), givenUp.get());
    }

    /// Waits until all that happened so far was acknowledged or given up.
    ///
    /// @return false when that took longer
    public boolean awaitQuiet(Duration limit) throws InterruptedException {
        return outbox.awaitEmpty(limit);
    }

    @Override
    public void close() {
        outbox.close();
    }

    /// @param attempt from 1
    private record Sent(ObjectNode event, int attempt) {}

    private void accept(WorldEvent happening) {
        var event = CloudEvents.of(world.accountSid(), happening);
        if (event == null) {
            return;
        }
        due.incrementAndGet();
        var fate = mischief.of(happening);
        offer(new Sent(event, 1), fate.hold());
        if (fate.isRepeated()) {
            offer(new Sent(event, 1), fate.holdOfRepeat());
        }
    }

    private void send(List<Sent> batch) throws InterruptedException {
        var json = batch.stream().map(s -> s.event().toString()).collect(Collectors.joining(",", "[", "]"));
        var subject = batch.getFirst().event().path("id").asString();
        var answer = simulator.post(Webhook.ofJson(Webhook.EVENT_STREAMS, subject, json));
        if (answer.isAcknowledged()) {
            acknowledged.addAndGet(batch.size());
            return;
        }
        for (var sent : batch) {
            if (sent.attempt() == MOST_ATTEMPTS) {
                givenUp.incrementAndGet();
            } else {
                offer(new Sent(sent.event(), sent.attempt() + 1), FIRST_PAUSE.multipliedBy(1L << (sent.attempt() - 1)));
            }
        }
    }

    private void offer(Sent sent, Duration hold) {
        if (!outbox.offer(sent, hold)) {
            givenUp.incrementAndGet();
        }
    }
}

package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import org.transcriptpipeline.simulator.world.WorldEvent;

/// Tells of everything in a world that Twilio would tell by webhook: conversations' events, status callbacks, and
/// the flow's own call at its end. Notes in the world what did not arrive. Like Twilio it repeats nothing that was
/// refused.
public final class WebhookSender implements AutoCloseable {

    private static final int CAPACITY = 200_000;
    private static final int CONCURRENCY = 16;

    private final TwilioWorld world;
    private final TwilioSimulator simulator;
    private final Mischief mischief;
    private final Outbox<Copy> outbox = new Outbox<>("webhooks", CAPACITY, CONCURRENCY, 1, due -> send(due.getFirst()));
    private final AtomicLong due = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong overflowed = new AtomicLong();

    /// Begins with what happens from now on.
    ///
    /// @param simulator signs and posts; it is not closed by this one
    public WebhookSender(TwilioWorld world, TwilioSimulator simulator, Mischief mischief) {
        this.world = world;
        this.simulator = simulator;
        this.mischief = mischief;
        world.listen(this::accept);
    }

    /// How many so far.
    ///
    /// @param due that Twilio would send
    /// @param sent requests, repeats included
    /// @param acknowledged requests, by a 2xx
    /// @param repeated requests among those sent
    /// @param dropped on purpose, never sent
    /// @param overflowed never sent, since too many were waiting
    public record Counts(long due, long sent, long acknowledged, long repeated, long dropped, long overflowed) {}

    public Counts counts() {
        return new Counts(due.get(), sent.get(), acknowledged.get(), repeated.get(), dropped.get(), overflowed.get());
    }

    /// Waits until all that happened so far was sent and answered.
    ///
    /// @return false when that took longer
    public boolean awaitQuiet(Duration limit) throws InterruptedException {
        return outbox.awaitEmpty(limit);
    }

    /// Requests that are held or on their way.
    public int unsent() {
        return outbox.unsent();
    }

    /// What was held is never sent.
    @Override
    public void close() {
        outbox.close();
    }

    private record Copy(WorldEvent event, Webhook webhook, boolean isRepeat) {}

    private void accept(WorldEvent event) {
        var webhook = event.isAnnounced() ? WebhookForms.of(world.accountSid(), event, 0) : null;
        if (webhook == null) {
            return;
        }
        due.incrementAndGet();
        var fate = mischief.of(event);
        if (fate.isDropped()) {
            dropped.incrementAndGet();
            world.losses().dropped(event, simulator.url(webhook), null);
            return;
        }
        if (!outbox.offer(new Copy(event, webhook, false), fate.hold())) {
            overflowed.incrementAndGet();
            world.losses().dropped(event, simulator.url(webhook), null);
            return;
        }
        var again = WebhookForms.of(world.accountSid(), event, fate.retryCount());
        if (fate.isRepeated() && again != null && outbox.offer(new Copy(event, again, true), fate.holdOfRepeat())) {
            repeated.incrementAndGet();
        }
    }

    private void send(Copy copy) throws InterruptedException {
        sent.incrementAndGet();
        var answer = simulator.post(copy.webhook());
        if (answer.isAcknowledged()) {
            acknowledged.incrementAndGet();
            world.losses().told(copy.event());
        } else if (!copy.isRepeat()) {
            world.losses().dropped(copy.event(), simulator.url(copy.webhook()), status(answer));
        }
    }

    private static @Nullable Integer status(Answer answer) {
        return switch (answer) {
            case Answer.Answered answered -> answered.status();
            case Answer.Unanswered _ -> null;
        };
    }
}

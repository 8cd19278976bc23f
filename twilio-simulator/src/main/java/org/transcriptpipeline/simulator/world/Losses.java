package org.transcriptpipeline.simulator.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Webhooks that were due and did not arrive, noted by whoever sends them. Each is an alert of Twilio's debugger too.
public final class Losses {

    /// The oldest go first.
    private static final int MOST_ALERTS = 100_000;

    private static final int FETCH_FAILED = 11200;

    private final Core core;
    private final MessageBook messages;
    private final Deque<Alert> alerts = new ArrayDeque<>();
    private long dropped;
    private long told;

    Losses(Core core, MessageBook messages) {
        this.core = core;
        this.messages = messages;
    }

    /// It arrived and was answered with a 2xx.
    public void told(WorldEvent event) {
        synchronized (core) {
            told++;
            if (event instanceof WorldEvent.MessageAdded added) {
                messages.note(added.message().sid(), Announcement.TOLD);
            }
        }
    }

    /// It did not arrive, or was refused.
    ///
    /// @param status of the answer, null where none came
    public void dropped(WorldEvent event, String url, @Nullable Integer status) {
        synchronized (core) {
            dropped++;
            if (event instanceof WorldEvent.MessageAdded added) {
                messages.note(added.message().sid(), Announcement.DROPPED);
            }
            if (alerts.size() == MOST_ALERTS) {
                alerts.removeFirst();
            }
            alerts.addLast(new Alert(core.sid("NO"), FETCH_FAILED, url, event.subject(), status, core.now()));
        }
    }

    public long toldCount() {
        synchronized (core) {
            return told;
        }
    }

    public long droppedCount() {
        synchronized (core) {
            return dropped;
        }
    }

    /// Oldest first, the last hundred thousand.
    public List<Alert> alerts() {
        synchronized (core) {
            return List.copyOf(alerts);
        }
    }
}

package org.transcriptpipeline.archive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.transcriptpipeline.event.TranscriptEvent;

/// Conversations as load: ten messages each with a participant and two receipts per message of ours, every tenth event
/// repeated, neighbours out of order. Not thread-safe.
public final class Traffic {

    private final Random random = new Random(1);

    /// The next conversation, which starts now.
    public List<TranscriptEvent> conversation() {
        var events = new Events().at(Instant.now());
        List<TranscriptEvent> all = new ArrayList<>();
        all.add(events.customerJoined());
        for (int i = 0; i < 10; i++) {
            if (i % 2 == 0) {
                all.add(events.fromCustomer(i, "Hi, is my order #1042 late? This is message " + i));
            } else {
                all.add(events.fromFlow(i, "Thanks! An agent will look at your order. " + i));
                all.add(events.delivery(i, "sent", null));
                all.add(events.delivery(i, "delivered", null));
            }
        }
        for (int i = all.size() - 1; i > 0; i--) {
            if (random.nextInt(4) == 0) {
                Collections.swap(all, i, i - 1);
            }
            if (random.nextInt(10) == 0) {
                all.add(all.get(i));
            }
        }
        return all;
    }
}

package org.transcriptpipeline.transcript;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;

/// What is in a snapshot and was not in the one before.
///
/// @param added messages that were not told before
/// @param failed messages that are known to have failed since
/// @param edited whose text is another one now
/// @param removed that were removed since
/// @param arrived that were told as failed and arrived
/// @param isJudgedAnew whether the verdict is another one
record Changes(
        List<Message> added,
        List<Message> failed,
        List<Message> edited,
        List<Message> removed,
        List<Message> arrived,
        boolean isJudgedAnew) {

    static Changes between(TranscriptSnapshot before, TranscriptSnapshot now) {
        Map<String, Message> known = new HashMap<>();
        before.messages().forEach(message -> known.put(message.messageSid(), message));
        // what the snapshot before left out in its middle was there all the same
        long seenThrough = before.omittedMessages() == 0 || before.messages().isEmpty()
                ? 0
                : before.messages().getLast().position();
        List<Message> added = new ArrayList<>();
        List<Message> failed = new ArrayList<>();
        List<Message> edited = new ArrayList<>();
        List<Message> removed = new ArrayList<>();
        List<Message> arrived = new ArrayList<>();
        for (var message : now.messages()) {
            var old = known.get(message.messageSid());
            if (old == null) {
                if (message.position() > seenThrough) {
                    added.add(message);
                    if (Delivery.hasFailed(message)) {
                        failed.add(message);
                    }
                }
                continue;
            }
            if (old.stub() && !message.stub()) {
                added.add(message);
            } else if (message.removedAt() != null && old.removedAt() == null) {
                removed.add(message);
            } else if (message.removedAt() == null && !Objects.equals(old.body(), message.body())) {
                edited.add(message);
            }
            if (Delivery.hasFailed(message) && !Delivery.hasFailed(old)) {
                failed.add(message);
            } else if (Delivery.hasFailed(old) && Delivery.hasArrived(message) && !Delivery.hasFailed(message)) {
                arrived.add(message);
            }
        }
        return new Changes(
                added,
                failed,
                edited,
                removed,
                arrived,
                !before.verdict().verdict().equals(now.verdict().verdict()));
    }

    @Override
    public String toString() {
        return "Changes[" + added.size() + " added, " + failed.size() + " failed]";
    }
}

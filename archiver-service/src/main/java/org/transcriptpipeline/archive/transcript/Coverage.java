package org.transcriptpipeline.archive.transcript;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// What a picture holds, so that later nobody has to read it to see what is new.
public final class Coverage {

    private final StringBuilder ranges = new StringBuilder();
    private final List<String> failedMessages = new ArrayList<>();
    private long from = -1;
    private long to = -1; // exclusive
    private @Nullable Long highestIndex;

    void add(TranscriptSnapshot.Message message, boolean hasFailed) {
        if (hasFailed) {
            failedMessages.add(message.messageSid());
        }
        var index = message.index();
        if (index == null) {
            return;
        }
        highestIndex = highestIndex == null ? index : Math.max(highestIndex, index);
        if (index != to) {
            end();
            from = index;
        }
        to = index + 1;
    }

    /// A multirange; Postgres sorts and joins its parts.
    public String indexes() {
        end();
        from = to;
        return "{" + ranges + "}";
    }

    public String[] failedMessages() {
        return failedMessages.toArray(String[]::new);
    }

    public @Nullable Long highestIndex() {
        return highestIndex;
    }

    private void end() {
        if (from < to) {
            ranges.append(ranges.isEmpty() ? "" : ",")
                    .append('[')
                    .append(from)
                    .append(',')
                    .append(to)
                    .append(')');
        }
    }
}

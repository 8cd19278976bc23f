package org.transcriptpipeline.archive.transcript;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// The messages that fit: all of them, or the first quarter of the budget and as many of the last as fill the
/// rest.
final class Excerpt {

    private static final int ROW_CHARACTERS = 200; // what a message costs beside its text

    private final int headBudget;
    private final int tailBudget;
    private final List<TranscriptSnapshot.Message> head = new ArrayList<>();
    private final Deque<TranscriptSnapshot.Message> tail = new ArrayDeque<>();
    private int headSize;
    private int tailSize;
    private int omitted;

    Excerpt(int budget) {
        this.headBudget = budget / 4;
        this.tailBudget = budget - headBudget;
    }

    void add(TranscriptSnapshot.Message message) {
        int size = size(message);
        if (tail.isEmpty() && headSize + size <= headBudget) {
            head.add(message);
            headSize += size;
            return;
        }
        tail.addLast(message);
        tailSize += size;
        while (tailSize > tailBudget && tail.size() > 1) {
            tailSize -= size(tail.removeFirst());
            omitted++;
        }
    }

    List<TranscriptSnapshot.Message> all() {
        var all = new ArrayList<>(head);
        all.addAll(tail);
        return all;
    }

    int omitted() {
        return omitted;
    }

    int omittedAfter() {
        return omitted == 0 ? 0 : head.size();
    }

    private static int size(TranscriptSnapshot.Message message) {
        return ROW_CHARACTERS + (message.body() == null ? 0 : message.body().length());
    }
}

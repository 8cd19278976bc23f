package org.transcriptpipeline.simulator.rest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What was asked, the last hundred thousand requests, and how often.
final class RequestLog {

    private static final int MOST = 100_000;

    private final Deque<RecordedRequest> requests = new ArrayDeque<>();
    private final Map<String, Long> counts = new TreeMap<>();

    synchronized void add(RecordedRequest request) {
        if (requests.size() == MOST) {
            requests.removeFirst();
        }
        requests.addLast(request);
        counts.merge(request.kind(), 1L, Long::sum);
    }

    synchronized List<RecordedRequest> all() {
        return List.copyOf(requests);
    }

    synchronized Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    synchronized void clear() {
        requests.clear();
        counts.clear();
    }
}

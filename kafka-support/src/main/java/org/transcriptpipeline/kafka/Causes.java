package org.transcriptpipeline.kafka;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class Causes {

    private static final int DEPTH_LIMIT = 20; // a chain may be a loop

    private Causes() {}

    static List<Throwable> of(Throwable failure) {
        var chain = new ArrayList<Throwable>();
        for (@Nullable Throwable t = failure; t != null && chain.size() < DEPTH_LIMIT; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }
}

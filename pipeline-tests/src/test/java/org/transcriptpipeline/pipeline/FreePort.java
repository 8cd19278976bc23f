package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Ports below those that the system gives to connections: none of them takes one before it is used, and two test
/// processes hardly ever choose the same.
final class FreePort {

    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePort() {}

    static synchronized int any() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            try (var _ = new ServerSocket(port)) {
                if (GIVEN.add(port)) {
                    return port;
                }
            } catch (IOException _) {
                // taken; another one
            }
        }
        throw new IllegalStateException("no free port");
    }
}

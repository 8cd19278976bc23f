package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for processes that are started later.
final class FreePort {

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /// Below the ports that the system gives to connections: none of them takes it before it is used, and two test
    /// processes hardly ever choose the same. Never the same twice.
    static int find() {
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

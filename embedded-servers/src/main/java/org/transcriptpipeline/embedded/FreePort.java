package org.transcriptpipeline.embedded;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for servers that are started a moment later, or by another process, and cannot be told to take any.
public final class FreePort {

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /// Below the ports that the system gives to connections: none of them takes it before it is used, and two
    /// processes hardly ever choose the same. Never the same twice.
    ///
    /// @throws IllegalStateException when a thousand of them are taken
    public static int find() {
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

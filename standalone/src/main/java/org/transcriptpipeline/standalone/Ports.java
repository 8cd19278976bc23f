package org.transcriptpipeline.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Finds ports that are taken before anything starts, and names all of them at once. A server would say it one at a
/// time, a minute later and in its own words.
final class Ports {

    private static final Set<String> OPEN_TO_OTHERS =
            Set.of(StandaloneSettings.INGEST_PORT, StandaloneSettings.ARCHIVER_PORT);

    private Ports() {}

    /// @throws StandaloneException when one is taken
    static void requireFree(Map<String, Integer> ports) {
        var taken = new ArrayList<String>();
        for (var port : new TreeMap<>(ports).entrySet()) {
            if (!isFree(port.getKey(), port.getValue())) {
                taken.add(port.getValue() + " (" + port.getKey() + ")");
            }
        }
        if (!taken.isEmpty()) {
            throw new StandaloneException("In use by another program: port " + String.join(", ", taken)
                    + ". Stop that program, or set the variable in parentheses to a free port.");
        }
    }

    private static boolean isFree(String name, int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(
                    OPEN_TO_OTHERS.contains(name)
                            ? new InetSocketAddress(port)
                            : new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}

package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What `ProcessHandle` has no words for: to freeze processes of ours, and to let them go on.
final class Signals {

    private Signals() {}

    /// SIGSTOP: they keep their memory, connections and locks, and do nothing.
    static void freeze(Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        send("-STOP", processes.map(ProcessHandle::pid).toList());
    }

    /// SIGCONT: as if no time had passed, for them.
    static void thaw(Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        send("-CONT", processes.map(ProcessHandle::pid).toList());
    }

    private static void send(String signal, List<Long> pids) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kill", signal));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        var kill = new ProcessBuilder(command).inheritIO().start();
        if (!kill.waitFor(5, TimeUnit.SECONDS)) {
            throw new IOException("kill " + signal + " " + pids + " does not end");
        }
        if (kill.exitValue() != 0) {
            var left = pids.stream().filter(Signals::isAlive).toList();
            if (left.size() == pids.size()) {
                throw new IOException("kill " + signal + " " + pids + " failed");
            }
            send(signal, left); // one of them ended by itself, a session of a database for instance
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}

package org.transcriptpipeline.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.GroupState;
import org.awaitility.Awaitility;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.embedded.FreePort;

/// Archivers that share one consumer group and one Postgres, a process each, as the image starts them.
final class Archivers implements AutoCloseable {

    /// As many as an archiver has threads that consume.
    static final int CONSUMERS = 2;

    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final String GROUP = "transcripts-archiver";

    private final String bootstrapServers;
    private final TargetDatabase target;
    private final List<Measured> processes = new ArrayList<>();

    private Archivers(String bootstrapServers, TargetDatabase target) {
        this.bootstrapServers = bootstrapServers;
        this.target = target;
    }

    static Archivers start(int count, String bootstrapServers, TargetDatabase target) throws IOException {
        var archivers = new Archivers(bootstrapServers, target);
        try {
            for (int i = 0; i < count; i++) {
                archivers.startOne();
            }
        } catch (IOException | RuntimeException e) {
            archivers.close();
            throw e;
        }
        return archivers;
    }

    private void startOne() throws IOException {
        int port = FreePort.find();
        var process = Measured.start(
                Processes.service(
                        ArchiverApplication.class,
                        "mail,thymeleaf",
                        "--server.port=" + port,
                        "--management.server.port=0",
                        "--spring.kafka.bootstrap-servers=" + bootstrapServers,
                        "--spring.datasource.url=" + target.jdbcUrl(),
                        "--spring.datasource.password=" + TargetDatabase.PASSWORD,
                        "--spring.flyway.user=" + DatabaseRoles.MIGRATOR,
                        "--spring.flyway.password=" + TargetDatabase.PASSWORD,
                        "--transcripts.console.username=benchmark",
                        "--transcripts.console.password=" + TargetDatabase.PASSWORD),
                Map.of(),
                Processes.log("archiver" + processes.size()));
        processes.add(process);
        process.awaitPort(port);
    }

    List<Measured> processes() {
        return processes;
    }

    /// The most memory that one of them had, in MiB.
    long peakMebibytes() {
        return processes.stream().mapToLong(Measured::peakMebibytes).max().orElseThrow();
    }

    /// Stops them, as a debugger would, when all of them consume and none is in a transaction. Who is stopped while it
    /// joins waits for the end of a session that nobody has any more.
    void pause() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Awaitility.await("the archivers consume").atMost(READY_WITHIN).until(() -> isComplete(admin));
        }
        Awaitility.await("the archivers are idle")
                .atMost(READY_WITHIN)
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    for (var process : processes) {
                        process.pause();
                    }
                    if (target.isIdle()) {
                        return true;
                    }
                    goOn();
                    return false;
                });
    }

    void goOn() throws IOException, InterruptedException {
        for (var process : processes) {
            process.goOn();
        }
    }

    private boolean isComplete(Admin admin) throws Exception {
        try {
            var group = admin.describeConsumerGroups(List.of(GROUP))
                    .describedGroups()
                    .get(GROUP)
                    .get(10, TimeUnit.SECONDS);
            return group.groupState() == GroupState.STABLE && group.members().size() == CONSUMERS * processes.size();
        } catch (ExecutionException _) {
            return false; // there is no such group yet
        }
    }

    @Override
    public void close() {
        processes.forEach(Measured::close);
    }
}

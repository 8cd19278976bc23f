package org.transcriptpipeline.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Asks a service over its management port whether it is ready. A context that has started is not yet: its consumer
/// joins its group, its producer meets the broker.
final class Readiness {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(200);

    private Readiness() {}

    /// @return false when it is still not ready after so long
    static boolean await(int managementPort, Duration limit) throws InterruptedException {
        var question = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + limit.toNanos();
        try (var client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadline) {
                try {
                    var answer = client.send(question, HttpResponse.BodyHandlers.discarding());
                    if (answer.statusCode() / 100 == 2) {
                        return true;
                    }
                } catch (IOException _) {
                    // asked too early
                }
                Thread.sleep(BETWEEN_QUESTIONS);
            }
        }
        return false;
    }
}

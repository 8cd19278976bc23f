package org.transcriptpipeline.archive.setup;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What waits at ingest for Kafka. Only ingest knows, so its health is asked where the settings say where it is; at
/// most once in some seconds.
@Component
public class Spills {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 64 * 1024;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final List<URI> places;
    private final Clock clock;
    private final Duration patience;
    private final HttpClient client;

    private List<Spill> last = List.of(); // guarded by this, as is the next
    private Instant lookedAt = Instant.EPOCH;

    @Autowired
    Spills(SetUpProperties properties, Clock clock) {
        this(properties, clock, PATIENCE);
    }

    Spills(SetUpProperties properties, Clock clock, Duration patience) {
        this.places = properties.ingestManagementUrls().stream()
                .map(url -> URI.create(url + "/actuator/health"))
                .toList();
        this.clock = clock;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /// One instance of ingest.
    ///
    /// @param records that wait; null: it does not answer, or has no spill
    /// @param ageSeconds of the oldest one; null likewise, or nothing waits
    /// @param isWell whether it answers, and its spill takes more
    public record Spill(@Nullable Long records, @Nullable Long ageSeconds, boolean isWell) {}

    /// In the order of the settings; empty: they name none.
    public synchronized List<Spill> look() {
        if (!places.isEmpty() && lookedAt.plus(FRESH).isBefore(clock.instant())) {
            var asked = places.stream().map(this::ask).toList();
            last = asked.stream().map(CompletableFuture::join).toList();
            lookedAt = clock.instant();
        }
        return last;
    }

    private CompletableFuture<Spill> ask(URI place) {
        var request = HttpRequest.newBuilder(place).timeout(patience).GET().build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApply(Spills::read)
                .orTimeout(2 * patience.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> new Spill(null, null, false)); // the page shows that it does not answer
    }

    private static Spill read(HttpResponse<InputStream> answer) {
        try (var body = answer.body()) {
            var spill = JSON.readTree(body.readNBytes(MOST_BYTES))
                    .path("components")
                    .path("spill");
            return new Spill(
                    number(spill.path("details").path("records")),
                    number(spill.path("details").path("oldestSeconds")),
                    "UP".equals(spill.path("status").asString("")));
        } catch (IOException | JacksonException _) {
            return new Spill(null, null, false);
        }
    }

    private static @Nullable Long number(JsonNode value) {
        return value.isNumber() ? value.longValue() : null;
    }
}

package org.transcriptpipeline.cli.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The archiver's API, as the options and the environment say where it is. What the archiver answers is shown in its
/// own words, which are those of the API and nobody else's.
final class ArchiverApi {

    private static final String USUAL_URL = "http://127.0.0.1:8081";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60); // stopping a flow asks Twilio
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Option(
            names = "--archiver-url",
            paramLabel = "URL",
            description = "Where archiver-service is reached; else ARCHIVER_URL; else " + USUAL_URL + ".")
    private @Nullable String url;

    /// @param body JSON; null: none
    /// @return the answer's document
    /// @throws RefusedException when it is not done, with the reason
    JsonNode post(Surroundings surroundings, String path, @Nullable Object body) {
        var request = request(surroundings, path)
                .header("Content-Type", "application/json")
                // asking again after an answer that got lost is asking once
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        var response = send(request);
        var document = document(response);
        return switch (response.statusCode()) {
            case 200, 202 -> document;
            case 401, 403 ->
                throw new RefusedException(
                        "The archiver refuses the sign-in: CONSOLE_USERNAME and CONSOLE_PASSWORD have"
                                + " to be those of archiver-service.");
            default ->
                throw new RefusedException("The archiver answered " + response.statusCode() + ": "
                        + document.path("detail").asString("nothing that could be read"));
        };
    }

    private HttpRequest.Builder request(Surroundings surroundings, String path) {
        var base = surroundings.setting(url, "ARCHIVER_URL");
        var username = surroundings.requiredSecret("CONSOLE_USERNAME");
        var password = surroundings.requiredSecret("CONSOLE_PASSWORD");
        try {
            return HttpRequest.newBuilder(URI.create((base == null ? USUAL_URL : base).replaceAll("/+$", "") + path))
                    .timeout(ANSWER_WITHIN)
                    .header("Accept", "application/json, application/problem+json")
                    .header(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8)));
        } catch (IllegalArgumentException _) {
            throw new WrongUseException("ARCHIVER_URL is no address that can be asked.");
        }
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try (var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new RefusedException(
                    "The archiver does not answer (" + e.getClass().getSimpleName()
                            + "). Does archiver-service run, and is it where --archiver-url or ARCHIVER_URL says?");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException("Interrupted.");
        }
    }

    private static JsonNode document(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }
}

package org.transcriptpipeline.simulator.rest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.transcriptpipeline.simulator.FormBody;
import org.transcriptpipeline.simulator.Parameter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks the stand-in as a client of Twilio would that rewrites addresses, and nothing else.
final class Client implements AutoCloseable {

    static final String TOKEN = "0123" + "456789abcdef";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final URI baseUrl;
    private final String username;
    private final HttpClient client = HttpClient.newHttpClient();

    Client(RestStandIn standIn, String username) {
        this.baseUrl = standIn.baseUrl();
        this.username = username;
    }

    record Answer(int status, HttpResponse<String> response) {

        String body() {
            return response.body();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body());
        }
    }

    Answer get(String url) throws IOException, InterruptedException {
        return send("GET", url, TOKEN, false, List.of());
    }

    Answer getAs(String url, String password) throws IOException, InterruptedException {
        return send("GET", url, password, false, List.of());
    }

    /// @param form name, value, name, value, …
    Answer post(String url, String... form) throws IOException, InterruptedException {
        return send("POST", url, TOKEN, false, parameters(form));
    }

    Answer postAnnounced(String url, String... form) throws IOException, InterruptedException {
        return send("POST", url, TOKEN, true, parameters(form));
    }

    Answer delete(String url) throws IOException, InterruptedException {
        return send("DELETE", url, TOKEN, false, List.of());
    }

    /// All rows of a list, page by page.
    List<JsonNode> all(String url) throws IOException, InterruptedException {
        var rows = new ArrayList<JsonNode>();
        for (var next = url; next != null; ) {
            var page = get(next).json();
            page.path(page.at("/meta/key").asString()).forEach(rows::add);
            next = page.at("/meta/next_page_url").asString(null);
        }
        return rows;
    }

    private Answer send(String method, String url, String password, boolean isAnnounced, List<Parameter> form)
            throws IOException, InterruptedException {
        var credentials =
                Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create(baseUrl + "/" + url.replaceFirst("^https://", "")))
                .timeout(LIMIT)
                .header("Authorization", "Basic " + credentials)
                .method(method, HttpRequest.BodyPublishers.ofString(FormBody.encode(form)));
        if (isAnnounced) {
            request.header("X-Twilio-Webhook-Enabled", "true");
        }
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response);
    }

    static List<Parameter> parameters(String... form) {
        var parameters = new ArrayList<Parameter>();
        for (int i = 0; i < form.length; i += 2) {
            parameters.add(new Parameter(form[i], form[i + 1]));
        }
        return parameters;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

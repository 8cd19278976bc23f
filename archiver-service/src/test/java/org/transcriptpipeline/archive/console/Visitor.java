package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A browser that follows no redirect and runs no script.
final class Visitor {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private final CookieManager manager = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient client = HttpClient.newBuilder()
            .cookieHandler(manager)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private String base;

    /// @param base where the archiver is reached
    Visitor(String base) {
        this.base = base;
    }

    /// Goes on at another archiver.
    Visitor at(String another) {
        this.base = another;
        return this;
    }

    HttpResponse<String> signIn(String user, String password) throws Exception {
        return post("/sign-in", token(get("/sign-in")), Map.of("username", user, "password", password));
    }

    /// Of the forms of a page.
    static String token(HttpResponse<String> page) {
        var token = TOKEN.matcher(page.body());
        assertThat(token.find()).as("a form with a token").isTrue();
        return token.group(1);
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(request(path, headers).GET());
    }

    HttpResponse<String> post(String path, String token, Map<String, String> fields) throws Exception {
        var form = fields.entrySet().stream()
                .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), UTF_8))
                .collect(Collectors.joining("&", "_csrf=" + URLEncoder.encode(token, UTF_8) + "&", ""));
        return send(request(path, "Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    Map<String, HttpCookie> cookies() {
        return manager.getCookieStore().getCookies().stream().collect(Collectors.toMap(HttpCookie::getName, c -> c));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(base).resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Accept", "text/html,*/*");
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    }
}

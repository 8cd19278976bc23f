package org.transcriptpipeline.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.signature.BaseUrl;

/// Every URL that may have been signed, if proxies and settings differ from each other in the usual ways.
final class UrlGuesses {

    /// More than three differences at once are no explanation but a coincidence.
    static final int MOST_DEVIATIONS = 3;

    private static final List<String> USUAL_PORTS = List.of("443", "80", "8080", "8443", "3000", "5000");
    private static final List<String> USUAL_PREFIXES = List.of(
            "/api",
            "/twilio",
            "/hooks",
            "/ingest",
            "/transcripts",
            "/transcript",
            "/pipeline",
            "/prod",
            "/dev",
            "/stage",
            "/staging",
            "/v1",
            "/public",
            "/app");

    private final List<BaseUrl> configured;
    private final SuspectRequest request;

    UrlGuesses(List<BaseUrl> configured, SuspectRequest request) {
        this.configured = List.copyOf(configured);
        this.request = request;
    }

    /// A URL that may have been signed.
    ///
    /// @param url one character per byte
    /// @param baseUrl what PUBLIC_BASE_URL would have to be for it
    record Guess(String url, String baseUrl, List<Deviation> deviations) {}

    /// One of several possible parts.
    private record Part(String text, @Nullable Deviation deviation) {}

    /// By number of deviations; each URL once.
    List<Guess> all() {
        var guesses = new LinkedHashMap<String, Guess>();
        for (var base : configured) {
            var hosts = hosts(base);
            var ports = ports(base);
            var prefixes = prefixes(base);
            for (var scheme : schemes(base)) {
                for (var host : hosts) {
                    for (var port : ports) {
                        for (var prefix : prefixes) {
                            for (var path : paths()) {
                                for (var query : queries()) {
                                    add(
                                            guesses,
                                            base,
                                            Stream.of(scheme, host, port, prefix, path, query)
                                                    .toList());
                                }
                            }
                        }
                    }
                }
            }
        }
        return guesses.values().stream()
                .sorted((a, b) ->
                        Integer.compare(a.deviations().size(), b.deviations().size()))
                .toList();
    }

    private static void add(Map<String, Guess> guesses, BaseUrl base, List<Part> parts) {
        var deviations = new ArrayList<Deviation>(parts.size());
        for (var part : parts) {
            if (part.deviation() != null) {
                deviations.add(part.deviation());
            }
        }
        if (deviations.size() > MOST_DEVIATIONS) {
            return;
        }
        var origin = parts.get(1).text() + parts.get(2).text();
        var baseUrl = parts.get(0).text() + "://" + origin + parts.get(3).text();
        var rest = parts.get(3).text() + parts.get(4).text() + parts.get(5).text();
        offer(guesses, new Guess(parts.get(0).text() + "://" + origin + rest, baseUrl, deviations));
        if (base.credentials() != null) {
            var url = parts.get(0).text() + "://" + bytes(base.credentials()) + "@" + origin + rest;
            offer(guesses, new Guess(url, baseUrl, deviations));
        }
    }

    private static void offer(Map<String, Guess> guesses, Guess guess) {
        guesses.merge(
                guess.url(),
                guess,
                (a, b) -> b.deviations().size() < a.deviations().size() ? b : a);
    }

    private static List<Part> schemes(BaseUrl base) {
        var other = base.defaultPort().equals("443") ? "http" : "https";
        return List.of(new Part(base.scheme(), null), new Part(other, new Deviation(Cause.SCHEME, other)));
    }

    private List<Part> hosts(BaseUrl base) {
        var hosts = new LinkedHashMap<String, Part>();
        hosts.put(bytes(base.host()), new Part(bytes(base.host()), null));
        for (var name : List.of("host", "x-forwarded-host", "x-original-host", "x-forwarded-server")) {
            var value = request.header(name);
            if (value != null && !value.isEmpty()) {
                var host = value.split(",")[0].strip().replaceAll(":\\d+$", "");
                hosts.putIfAbsent(host, new Part(host, new Deviation(Cause.HOST, "from the header " + name)));
            }
        }
        return List.copyOf(hosts.values());
    }

    private List<Part> ports(BaseUrl base) {
        var ports = new LinkedHashMap<String, Part>();
        ports.put("", new Part("", null));
        var own = ":" + (base.port() == null ? base.defaultPort() : base.port());
        ports.put(own, new Part(own, null));
        var said = new ArrayList<String>();
        for (var name : List.of("host", "x-forwarded-host")) {
            var value = request.header(name);
            if (value != null && value.matches(".*:\\d{1,5}")) {
                said.add(value.substring(value.lastIndexOf(':') + 1));
            }
        }
        var forwarded = request.header("x-forwarded-port");
        if (forwarded != null && forwarded.matches("\\d{1,5}")) {
            said.add(forwarded);
        }
        said.addAll(USUAL_PORTS);
        for (var port : said) {
            ports.putIfAbsent(":" + port, new Part(":" + port, new Deviation(Cause.PORT, port)));
        }
        return List.copyOf(ports.values());
    }

    /// What stands before `/webhooks/…`, our own part of the path.
    private List<Part> prefixes(BaseUrl base) {
        var prefixes = new LinkedHashMap<String, Part>();
        prefixes.put(bytes(base.prefix()), new Part(bytes(base.prefix()), null));
        offerPrefix(
                prefixes,
                request.path().substring(0, request.path().length() - ownPath().length()),
                "as arrived");
        offerPrefix(prefixes, "", "none");
        var forwarded = request.header("x-forwarded-prefix");
        if (forwarded != null && forwarded.startsWith("/")) {
            offerPrefix(prefixes, forwarded.replaceAll("/+$", ""), "from the header x-forwarded-prefix");
        }
        var original = request.header("x-original-uri");
        if (original != null && original.startsWith("/") && original.contains("/webhooks/")) {
            offerPrefix(
                    prefixes, original.substring(0, original.indexOf("/webhooks/")), "from the header x-original-uri");
        }
        USUAL_PREFIXES.forEach(prefix -> offerPrefix(prefixes, prefix, prefix));
        return List.copyOf(prefixes.values());
    }

    private static void offerPrefix(Map<String, Part> prefixes, String prefix, String detail) {
        prefixes.putIfAbsent(prefix, new Part(prefix, new Deviation(Cause.PATH_PREFIX, detail)));
    }

    private String ownPath() {
        int own = request.path().indexOf("/webhooks/");
        return own < 0 ? request.path() : request.path().substring(own);
    }

    private List<Part> paths() {
        var path = ownPath();
        var slash = Deviation.of(Cause.SLASH);
        return path.equals("/")
                ? List.of(new Part(path, null))
                : List.of(
                        new Part(path, null),
                        new Part(path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/", slash),
                        new Part("/" + path, slash)); // the base was told with a slash at its end
    }

    private List<Part> queries() {
        var parts = new ArrayList<Part>();
        QueryForms.of(request)
                .forEach((query, deviation) ->
                        parts.add(new Part(query.isEmpty() ? "" : "?" + query, deviation.orElse(null))));
        return parts;
    }

    private static String bytes(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }
}

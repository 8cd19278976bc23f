package org.transcriptpipeline.simulator.rest;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.FormBody;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One request from its bytes to the bytes of its answer, faults included.
final class Exchange {

    private static final int TOO_MANY = 20429;
    private static final String TRUTH = "/_truth/conversations";
    private static final String JSON = "application/json";
    private static final String HTML = "<html><body><h1>Bad gateway</h1></body></html>";
    private static final int FOUND = 302;
    private static final int BODY_LIMIT_BYTES = 4 * 1024 * 1024;

    private final TwilioWorld world;
    private final Router router;
    private final Access access;
    private final Faults faults;
    private final RateLimit rateLimit;
    private final RequestLog log;
    private final Clock clock;

    Exchange(
            TwilioWorld world,
            Router router,
            Access access,
            Faults faults,
            RateLimit rateLimit,
            RequestLog log,
            Clock clock) {
        this.world = world;
        this.router = router;
        this.access = access;
        this.faults = faults;
        this.rateLimit = rateLimit;
        this.log = log;
        this.clock = clock;
    }

    /// @param kind for counting
    private record Outcome(Reply reply, String kind) {}

    void handle(HttpExchange http) throws IOException {
        try (http) {
            var path = http.getRequestURI().getPath();
            if (path.equals(TRUTH)) {
                send(http, 200, bytes(Truth.of(world)), JSON);
                return;
            }
            var call = call(http, path);
            var fault = faults.next(call.host() + call.path());
            var authorization = http.getRequestHeaders().getFirst("Authorization");
            var outcome = isRefusal(fault) ? new Outcome(Reply.REMOVED, kind(call)) : answer(call, authorization);
            log.add(
                    new RecordedRequest( // first, so that whoever has the answer finds the request
                            call.method(),
                            outcome.kind(),
                            path,
                            call.query().keySet(),
                            call.form(),
                            authorization != null,
                            call.isWebhookEnabled(),
                            status(outcome.reply(), fault),
                            clock.instant()));
            send(http, call, outcome.reply(), fault);
        }
    }

    private static boolean isRefusal(@Nullable Fault fault) {
        return fault instanceof Fault.Status || fault instanceof Fault.Html || fault instanceof Fault.Redirect;
    }

    private Outcome answer(Call call, @Nullable String authorization) {
        if (!rateLimit.take()) {
            return new Outcome(Reply.error(429, TOO_MANY, "Too Many Requests"), kind(call));
        }
        if (!call.host().equals(MediaApi.CONTENT_HOST) && !access.isAllowed(authorization)) {
            return new Outcome(Reply.error(401, 20003, "Authenticate"), kind(call));
        }
        try {
            var match = router.match(call.method(), call.host(), call.path());
            return new Outcome(match.handler().answer(call.at(match.variables())), match.kind());
        } catch (TwilioRefusal e) {
            return new Outcome(Reply.refused(e), kind(call));
        } catch (IllegalArgumentException _) {
            return new Outcome(Reply.error(400, 20001, "A parameter cannot be read"), kind(call));
        }
    }

    private String kind(Call call) {
        try {
            return router.match(call.method(), call.host(), call.path()).kind();
        } catch (TwilioRefusal _) {
            return call.toString(); // nothing is there
        }
    }

    private static int status(Reply reply, @Nullable Fault fault) {
        return switch (fault) {
            case Fault.Status refusal -> refusal.status();
            case Fault.Html(int status) -> status;
            case Fault.Redirect _ -> FOUND;
            case Fault.Reset() -> 0;
            case Fault.CutOff _, Fault.RepeatedPageToken _, Fault.Late _ -> reply.status();
            case null -> reply.status();
        };
    }

    private static void send(HttpExchange http, Call call, Reply reply, @Nullable Fault fault) throws IOException {
        switch (fault) {
            case null -> send(http, reply.status(), bytes(reply), contentType(reply));
            case Fault.Status(int status, var retryAfter) -> {
                if (retryAfter != null) {
                    http.getResponseHeaders().set("Retry-After", Long.toString(retryAfter.toSeconds()));
                }
                var error = Reply.error(status, code(status), "The request failed as it was told to");
                send(http, status, bytes(error.body()), JSON);
            }
            case Fault.Html(int status) -> send(http, status, HTML.getBytes(StandardCharsets.UTF_8), "text/html");
            case Fault.Redirect(var to) -> {
                http.getResponseHeaders().set("Location", to.toString());
                send(http, FOUND, new byte[0], JSON);
            }
            case Fault.CutOff() -> {
                var whole = bytes(reply);
                send(http, reply.status(), Arrays.copyOf(whole, whole.length / 2), contentType(reply));
            }
            case Fault.RepeatedPageToken() -> {
                repeatPage(call, reply.body());
                send(http, reply.status(), bytes(reply), contentType(reply));
            }
            case Fault.Late(var by) -> {
                pause(by.toMillis());
                send(http, reply.status(), bytes(reply), contentType(reply));
            }
            case Fault.Reset() -> {
                // closing without an answer ends the connection
            }
        }
    }

    private static int code(int status) {
        return switch (status) {
            case 401 -> 20003;
            case 404 -> 20404;
            case 429 -> TOO_MANY;
            default -> 20000 + status;
        };
    }

    /// The next page is always the one that was asked for.
    private static void repeatPage(Call call, @Nullable ObjectNode body) {
        if (body != null && body.get("meta") instanceof ObjectNode meta) {
            var next = meta.path("next_page_url").asString(meta.path("url").asString());
            meta.put(
                    "next_page_url",
                    call.query("PageToken") == null ? next : meta.path("url").asString());
        }
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("closed while an answer was held back", e);
        }
    }

    private static byte[] bytes(Reply reply) {
        return reply.file() == null ? bytes(reply.body()) : reply.file().bytes();
    }

    private static String contentType(Reply reply) {
        return reply.file() == null ? JSON : reply.file().contentType();
    }

    private static byte[] bytes(@Nullable ObjectNode body) {
        return body == null ? new byte[0] : JsonMapper.shared().writeValueAsBytes(body);
    }

    private static void send(HttpExchange http, int status, byte[] body, String contentType) throws IOException {
        if (body.length > 0) {
            http.getResponseHeaders().set("Content-Type", contentType);
        }
        http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            http.getResponseBody().write(body);
        }
    }

    private static Call call(HttpExchange http, String path) throws IOException {
        int slash = path.indexOf('/', 1);
        var host = slash < 0 ? path.substring(1) : path.substring(1, slash);
        var body = new String(http.getRequestBody().readNBytes(BODY_LIMIT_BYTES), StandardCharsets.UTF_8);
        var rawQuery = http.getRequestURI().getRawQuery();
        return new Call(
                http.getRequestMethod(),
                host,
                slash < 0 ? "/" : path.substring(slash),
                Map.of(),
                values(rawQuery == null ? "" : rawQuery),
                values(body),
                Boolean.parseBoolean(http.getRequestHeaders().getFirst("X-Twilio-Webhook-Enabled")));
    }

    private static Map<String, List<String>> values(String encoded) {
        var values = new LinkedHashMap<String, List<String>>();
        if (!encoded.isEmpty()) {
            FormBody.decode(encoded)
                    .forEach(p -> values.computeIfAbsent(p.name(), _ -> new ArrayList<>())
                            .add(p.value()));
        }
        return values;
    }
}

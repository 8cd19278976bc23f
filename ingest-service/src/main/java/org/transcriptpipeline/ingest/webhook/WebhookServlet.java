package org.transcriptpipeline.ingest.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.operations.Traces;
import org.transcriptpipeline.signature.FormParameters;

/// A request comes in here. Reads the bytes once, lets pre-action events pass, has the rest handled, answers.
///
/// A plain servlet, since everything above it reads bodies in its own way: parameters of the container lose order
/// and repeats, merge the query in and refuse bytes that Twilio signed.
final class WebhookServlet extends HttpServlet {

    private static final Logger log = LoggerFactory.getLogger(WebhookServlet.class);

    private static final long serialVersionUID = 1L;

    /// Above the deadlines of reading and of publishing together.
    private static final Duration NET = Duration.ofSeconds(10);

    private static final int TOKEN_LIMIT = 128;
    private static final int CONTENT_TYPE_LIMIT = 256;

    private final transient WebhookHandler handler;
    private final transient PreActions preActions;
    private final transient WebhookProperties properties;
    private final transient EventStreamProperties eventStreams;
    private final transient BodyMemory memory;
    private final transient Clock clock;
    private final transient RequestCounts counts;
    private final transient Traces traces;
    private final transient ScheduledExecutorService timer;

    WebhookServlet(
            WebhookHandler handler,
            PreActions preActions,
            WebhookProperties properties,
            EventStreamProperties eventStreams,
            BodyMemory memory,
            Clock clock,
            MeterRegistry meters,
            Traces traces) {
        this.handler = handler;
        this.preActions = preActions;
        this.properties = properties;
        this.eventStreams = eventStreams;
        this.memory = memory;
        this.clock = clock;
        this.counts = new RequestCounts(meters);
        this.traces = traces;
        var deadlines = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("body-deadlines").factory());
        deadlines.setRemoveOnCancelPolicy(true);
        this.timer = Executors.unconfigurableScheduledExecutorService(deadlines);
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var endpoint = Endpoint.of(request.getPathInfo());
        var requestId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        var span = endpoint == null ? Span.getInvalid() : traces.first(endpoint.route(), SpanKind.SERVER);
        var exchange =
                new Exchange(requestId, endpoint == null ? "none" : endpoint.path(), request, response, counts, span);
        if (endpoint == null) {
            exchange.refuse(Problem.NOT_FOUND, "path");
        } else if (!request.getMethod().equals("POST")) {
            refuseMethod(exchange, endpoint, request.getQueryString());
        } else {
            new Reception(endpoint, exchange, request).begin();
        }
    }

    /// Twilio can be told to use GET. Here it is refused, but not where the refusal would be a customer's.
    private void refuseMethod(Exchange exchange, Endpoint endpoint, @Nullable String query) {
        if (endpoint == Endpoint.CONVERSATIONS && query != null && EventTypePeek.isPreAction(query)) {
            preActions.notStored("method");
            exchange.letPass();
        } else {
            exchange.refuse(Problem.METHOD, "method");
        }
    }

    /// One POST while its body is read.
    private final class Reception {

        private final Endpoint endpoint;
        private final Exchange exchange;
        private final HttpServletRequest request;
        private final BodyReader reader;
        private final @Nullable Problem objection;

        Reception(Endpoint endpoint, Exchange exchange, HttpServletRequest request) throws IOException {
            this.endpoint = endpoint;
            this.exchange = exchange;
            this.request = request;
            long limit = bodyLimitOf(endpoint);
            this.objection = objectionTo(request, limit);
            this.reader =
                    new BodyReader(request.getInputStream(), request.getContentLengthLong(), limit, properties, memory);
        }

        void begin() {
            if (objection != null && endpoint != Endpoint.CONVERSATIONS) {
                exchange.refuse(objection, nameOf(objection)); // nothing in the body can change it
                return;
            }
            var body = reader.readAvailable();
            if (body != null) {
                received(body);
            } else {
                exchange.goAsync(NET);
                reader.readRest(timer, this::received);
            }
        }

        private void received(Body body) {
            if (endpoint == Endpoint.CONVERSATIONS && reader.sawPreAction() && !(body instanceof Body.Broken)) {
                letPass(body);
                return;
            }
            switch (body) {
                case Body.Complete(var bytes) -> {
                    if (objection != null) {
                        refuse(objection, nameOf(objection));
                    } else {
                        handle(receivedRequest(bytes));
                    }
                }
                case Body.TooLong() -> refuse(Problem.TOO_LONG, "body");
                case Body.TooSlow() -> refuse(Problem.TOO_SLOW, "slow");
                case Body.NoMemory() -> refuse(Problem.UNAVAILABLE, "memory");
                case Body.Broken() -> {
                    reader.release();
                    exchange.abandon("connection");
                }
            }
        }

        private void handle(ReceivedRequest received) {
            if (received.form().isTruncated()) {
                refuse(Problem.TOO_MANY_PARAMETERS, "parameters");
                return;
            }
            CompletableFuture<Handled> outcome;
            try (var _ = exchange.traced()) {
                outcome = handler.handle(received);
            } catch (RuntimeException e) {
                outcome = CompletableFuture.failedFuture(e);
            }
            if (!outcome.isDone() && !exchange.isAsync()) {
                exchange.goAsync(NET);
            }
            outcome.whenComplete((handled, failure) -> {
                reader.release();
                if (failure != null) { // a mistake of ours; its words could be a customer's
                    log.atError()
                            .addKeyValue("requestId", exchange.requestId())
                            .addKeyValue("failure", failure.getClass().getName())
                            .log("Request not handled");
                    exchange.refuse(Problem.UNAVAILABLE, "error");
                } else {
                    answer(handled);
                }
            });
        }

        private void answer(Handled handled) {
            switch (handled) {
                case Handled.Kept(var events) -> exchange.accept(events);
                case Handled.NotKept(var events, var reason) ->
                    exchange.refuse(Problem.UNAVAILABLE, nameOf(reason), events);
                case Handled.Unproved(var reason, var mayAskForPassword) ->
                    exchange.refuse(mayAskForPassword ? Problem.PASSWORD_NEEDED : Problem.FORBIDDEN, nameOf(reason));
                case Handled.WrongType() -> exchange.refuse(Problem.CONTENT_TYPE, "content_type");
                case Handled.AccountMissing() -> exchange.refuse(Problem.ACCOUNT_NEEDED, "account");
                case Handled.ConversationMissing() -> exchange.refuse(Problem.INCOMPLETE, "conversation");
            }
        }

        private void letPass(Body body) {
            if (body instanceof Body.Complete(var bytes) && objection == null) {
                var received = receivedRequest(bytes); // before the answer: the container then takes its request back
                exchange.letPass();
                preActions.storeAside(received, reader::release);
            } else {
                exchange.letPass();
                reader.release();
                preActions.notStored(objection == null ? "body" : nameOf(objection));
            }
        }

        private void refuse(Problem problem, String reason) {
            reader.release();
            exchange.refuse(problem, reason);
        }

        private ReceivedRequest receivedRequest(byte[] body) {
            return new ReceivedRequest(
                    exchange.requestId(),
                    endpoint,
                    request.getRequestURI(),
                    request.getQueryString(),
                    request.getRemoteAddr(),
                    atMost(CONTENT_TYPE_LIMIT, request.getContentType()),
                    list(request.getHeaders("X-Twilio-Signature")),
                    request.getHeader("Authorization"),
                    atMost(TOKEN_LIMIT, request.getHeader("I-Twilio-Idempotency-Token")),
                    clock.instant(),
                    body,
                    endpoint.takesForm()
                            ? FormParameters.parse(body, properties.parameterLimit())
                            : FormParameters.NONE);
        }
    }

    private long bodyLimitOf(Endpoint endpoint) {
        return (endpoint == Endpoint.EVENT_STREAMS ? eventStreams.bodyLimit() : properties.bodyLimit()).toBytes();
    }

    private @Nullable Problem objectionTo(HttpServletRequest request, long limit) {
        if (request.getContentLengthLong() > limit) {
            return Problem.TOO_LONG;
        }
        for (var encoding : list(request.getHeaders("Content-Encoding"))) {
            if (!encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
                return Problem.CONTENT_ENCODING;
            }
        }
        return null;
    }

    private static List<String> list(Enumeration<String> headers) {
        return Collections.list(headers);
    }

    private static @Nullable String atMost(int limit, @Nullable String header) {
        return header == null || header.length() <= limit ? header : header.substring(0, limit);
    }

    private static String nameOf(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}

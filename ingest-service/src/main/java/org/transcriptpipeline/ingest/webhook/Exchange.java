package org.transcriptpipeline.ingest.webhook;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.operations.Traces;

/// One request and its one answer, with the line in the log and the count that go with it.
final class Exchange implements AsyncListener {

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private final String requestId;
    private final String endpoint;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final RequestCounts counts;
    private final Span span;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean isAnswered = new AtomicBoolean();
    private volatile @Nullable AsyncContext async;

    /// @param endpoint its name in logs and metrics; never what the request says
    /// @param span of this request; ended with the answer
    Exchange(
            String requestId,
            String endpoint,
            HttpServletRequest request,
            HttpServletResponse response,
            RequestCounts counts,
            Span span) {
        this.requestId = requestId;
        this.endpoint = endpoint;
        this.request = request;
        this.response = response;
        this.counts = counts;
        this.span = span;
    }

    /// The request's span as the current one, for what is done for it on this thread.
    Scope traced() {
        return Traces.in(span);
    }

    String requestId() {
        return requestId;
    }

    boolean isAsync() {
        return async != null;
    }

    /// Gives the request's thread back; the answer may come from any other.
    ///
    /// @param deadline a net below the deadlines of reading and publishing
    void goAsync(Duration deadline) {
        var context = request.startAsync(request, response);
        context.setTimeout(deadline.toMillis());
        context.addListener(this);
        async = context;
    }

    /// 204: it is durable.
    void accept(List<TranscriptEvent> events) {
        end(new Answer("accepted", "none", null, HttpServletResponse.SC_NO_CONTENT, events));
    }

    /// 200 and empty, whatever else is to be said.
    void letPass() {
        end(new Answer("pre_action", "none", null, HttpServletResponse.SC_OK, List.of()));
    }

    /// @param reason for the metric and the log
    void refuse(Problem problem, String reason) {
        refuse(problem, reason, List.of());
    }

    void refuse(Problem problem, String reason, List<TranscriptEvent> events) {
        end(new Answer(outcomeOf(problem), reason, problem, problem.status(), events));
    }

    /// Nobody is there to be answered.
    void abandon(String reason) {
        end(new Answer("abandoned", reason, null, HttpServletResponse.SC_BAD_REQUEST, List.of()));
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        refuse(Problem.UNAVAILABLE, "timeout");
    }

    @Override
    public void onError(AsyncEvent event) {
        abandon("connection");
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // said already
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // never dispatched anew
    }

    private record Answer(
            String outcome, String reason, @Nullable Problem problem, int status, List<TranscriptEvent> events) {}

    private void end(Answer answer) {
        if (!isAnswered.compareAndSet(false, true)) {
            return;
        }
        // before the answer, so that whoever has it finds it told
        try (var _ = traced()) {
            tell(answer);
        }
        try {
            if (answer.problem() != null) {
                answer.problem().writeTo(response);
            } else {
                response.setStatus(answer.status());
                if (answer.status() == HttpServletResponse.SC_OK) {
                    response.setContentLength(0);
                }
            }
        } catch (IOException | IllegalStateException e) {
            // the client is gone; what was to be kept is kept
        }
        endSpan(answer);
        var context = async;
        if (context != null) {
            try {
                context.complete();
            } catch (IllegalStateException e) {
                // the container ended it first, by an error of the connection
            }
        }
    }

    private void endSpan(Answer answer) {
        if (span.isRecording()) {
            span.setAttribute("http.response.status_code", answer.status());
            span.setAttribute("transcripts.outcome", answer.outcome());
            span.setAttribute("transcripts.reason", answer.reason());
            if (answer.events().size() == 1) {
                span.setAttribute(
                        "transcripts.event.id",
                        answer.events().getFirst().source().eventId());
                span.setAttribute("transcripts.key", answer.events().getFirst().key());
            }
        }
        span.end();
    }

    private void tell(Answer answer) {
        counts.count(endpoint, answer.outcome(), answer.reason());
        var line = log.atInfo()
                .addKeyValue("requestId", requestId)
                .addKeyValue("endpoint", endpoint)
                .addKeyValue("status", answer.status())
                .addKeyValue("outcome", answer.outcome())
                .addKeyValue("reason", answer.reason())
                .addKeyValue("millis", (System.nanoTime() - startNanos) / 1_000_000);
        var events = answer.events();
        if (events.size() == 1) {
            line = naming(events.getFirst(), line);
        } else if (!events.isEmpty()) {
            line = line.addKeyValue("events", events.size());
            for (var event : events) {
                naming(event, log.atInfo().addKeyValue("requestId", requestId)).log("Event of a request");
            }
        }
        line.log("Request answered");
    }

    private static LoggingEventBuilder naming(TranscriptEvent event, LoggingEventBuilder line) {
        var named = line.addKeyValue("type", EventCodec.typeOf(event))
                .addKeyValue("eventId", event.source().eventId())
                .addKeyValue("key", event.key());
        var messageSid = messageSidOf(event);
        return messageSid == null ? named : named.addKeyValue("messageSid", messageSid);
    }

    private static @Nullable String messageSidOf(TranscriptEvent event) {
        return switch (event) {
            case MessageAdded message -> message.messageSid();
            case MessageUpdated message -> message.messageSid();
            case MessageRemoved message -> message.messageSid();
            case DeliveryUpdated delivery -> delivery.messageSid();
            default -> null; // the key says it, or there is none
        };
    }

    private static String outcomeOf(Problem problem) {
        return switch (problem) {
            case UNAVAILABLE, FAILED -> "unavailable";
            case FORBIDDEN, PASSWORD_NEEDED -> "rejected";
            case MALFORMED,
                    HEADERS_TOO_LARGE,
                    INCOMPLETE,
                    ACCOUNT_NEEDED,
                    TOO_MANY_PARAMETERS,
                    NOT_FOUND,
                    METHOD,
                    TOO_SLOW,
                    TOO_LONG,
                    CONTENT_TYPE,
                    CONTENT_ENCODING -> "unusable";
        };
    }
}

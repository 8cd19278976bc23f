package org.transcriptpipeline.operations;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Traces from the webhook to the mail, see docs/adr/030-operations.md. Off, nothing here makes an object.
///
/// Names of spans are fixed words. Attributes hold SIDs, ids, outcomes and numbers, as log lines do; never an address,
/// a name or somebody's words.
public final class Traces {

    /// The header of W3C Trace Context, in Kafka records as in HTTP.
    public static final String HEADER = "traceparent";

    private static final int MOST_LINKS = 32;
    private static final Traces OFF = new Traces(null);

    private final @Nullable Tracer tracer;

    private Traces(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    public static Traces off() {
        return OFF;
    }

    public static Traces by(OpenTelemetry openTelemetry) {
        return new Traces(openTelemetry.getTracer("org.transcriptpipeline"));
    }

    public boolean isOn() {
        return tracer != null;
    }

    /// The first span of a trace. What a caller sends as its own trace is not taken up: webhooks come from the
    /// internet, and a stranger must not choose what is sampled.
    public Span first(String name, SpanKind kind) {
        return tracer == null
                ? Span.getInvalid()
                : tracer.spanBuilder(name).setNoParent().setSpanKind(kind).startSpan();
    }

    /// One more span of a trace that began elsewhere.
    ///
    /// @param traceparent null or nonsense: the trace was not sampled, and nor is this
    public Span next(String name, SpanKind kind, @Nullable String traceparent) {
        if (tracer == null || traceparent == null) {
            return Span.getInvalid();
        }
        var parent = parse(traceparent);
        return parent.isSampled()
                ? tracer.spanBuilder(name)
                        .setParent(Context.root().with(Span.wrap(parent)))
                        .setSpanKind(kind)
                        .startSpan()
                : Span.getInvalid();
    }

    /// A span for work that belongs to several traces: linked to all of them (the first ones, if there are very many),
    /// and in the trace of the first.
    ///
    /// @param traceparents what the records carry; none that was sampled: no span is made
    public Span joint(String name, SpanKind kind, Collection<String> traceparents) {
        if (tracer == null || traceparents.isEmpty()) {
            return Span.getInvalid();
        }
        Set<SpanContext> links = new LinkedHashSet<>();
        for (var traceparent : traceparents) {
            var told = parse(traceparent);
            if (told.isSampled() && links.size() < MOST_LINKS) {
                links.add(told);
            }
        }
        if (links.isEmpty()) {
            return Span.getInvalid();
        }
        var builder = tracer.spanBuilder(name)
                .setParent(Context.root().with(Span.wrap(links.iterator().next())))
                .setSpanKind(kind);
        links.forEach(builder::addLink);
        return builder.startSpan();
    }

    /// Makes the span the current one: log lines then carry its ids, and records its header.
    public static Scope in(Span span) {
        return span.getSpanContext().isValid() ? span.makeCurrent() : Scope.noop();
    }

    /// The current span as the header tells it; null: there is none, or it is not sampled.
    public static @Nullable String current() {
        var context = Span.current().getSpanContext();
        if (!context.isSampled()) {
            return null;
        }
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-01";
    }

    private static SpanContext parse(String traceparent) {
        var carrier = new HashMap<String, String>();
        carrier.put(HEADER, traceparent);
        var context = W3CTraceContextPropagator.getInstance().extract(Context.root(), carrier, FromMap.INSTANCE);
        return Span.fromContext(context).getSpanContext();
    }

    private enum FromMap implements TextMapGetter<Map<String, String>> {
        INSTANCE;

        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    }
}

package org.transcriptpipeline.operations;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Collection;

/// What a request pays for its trace: begin a span, make it current, ask for the header, set what its answer was, end
/// it.
/// Nanoseconds for each, off, not sampled and sampled (what exporting costs in its own thread is not in it). No test:
/// run it by hand; docs/adr/030-operations.md has what it printed.
final class TracesCost {

    private static final int ROUNDS = 5;
    private static final int REQUESTS = 400_000;

    private static long used; // so that nothing is optimised away

    private TracesCost() {}

    public static void main(String[] arguments) {
        for (int round = 1; round <= ROUNDS; round++) {
            System.out.printf(
                    "off %d ns, not sampled %d ns, sampled %d ns%n",
                    nanos(Traces.off()),
                    nanos(Traces.by(openTelemetry(Sampler.alwaysOff()))),
                    nanos(Traces.by(openTelemetry(Sampler.alwaysOn()))));
        }
        System.out.println(used == 0 ? "" : "");
    }

    private static long nanos(Traces traces) {
        long begin = System.nanoTime();
        for (int i = 0; i < REQUESTS; i++) {
            var span = traces.first("POST /webhooks/conversations", SpanKind.SERVER);
            try (var _ = Traces.in(span)) {
                var header = Traces.current();
                used += header == null ? 0 : header.length();
            }
            if (span.isRecording()) {
                span.setAttribute("http.response.status_code", 204);
                span.setAttribute("transcripts.outcome", "accepted");
            }
            span.end();
        }
        return (System.nanoTime() - begin) / REQUESTS;
    }

    private static OpenTelemetrySdk openTelemetry(Sampler sampler) {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setSampler(sampler)
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(new Nowhere()).build())
                        .build())
                .build();
    }

    private static final class Nowhere implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}

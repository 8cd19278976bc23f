package org.transcriptpipeline.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class TracesTest {

    private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String NOT_SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    private final Traces traces = Traces.by(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
                    .build())
            .build());

    @Test
    void aSpanThatIsCurrentIsToldAsAHeaderAndContinuedFromIt() {
        var first = traces.first("webhook", SpanKind.SERVER);
        String header;
        try (var _ = Traces.in(first)) {
            header = Traces.current();
        }

        var next = traces.next("mail", SpanKind.CLIENT, header);

        assertThat(next.getSpanContext().getTraceId())
                .isEqualTo(first.getSpanContext().getTraceId());
        assertThat(next.getSpanContext().getSpanId())
                .isNotEqualTo(first.getSpanContext().getSpanId());
        assertThat(Traces.current()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "00-zz-zz-01", NOT_SAMPLED})
    void whatIsNoTraceOrIsNotSampledIsNotContinued(String header) {
        assertThat(traces.next("mail", SpanKind.CLIENT, header).getSpanContext().isValid())
                .isFalse();
        assertThat(traces.joint("batch", SpanKind.CONSUMER, List.of(header))
                        .getSpanContext()
                        .isValid())
                .isFalse();
    }

    @Test
    void aBatchIsInTheTraceOfItsFirstSampledRecord() {
        assertThat(traces.joint("batch", SpanKind.CONSUMER, List.of(NOT_SAMPLED, SAMPLED))
                        .getSpanContext()
                        .getTraceId())
                .isEqualTo("0af7651916cd43dd8448eb211c80319c");
    }

    @Test
    void offNothingIsMade() {
        var off = Traces.off();

        assertThat(off.isOn()).isFalse();
        assertThat(off.first("webhook", SpanKind.SERVER)).isSameAs(off.next("mail", SpanKind.CLIENT, SAMPLED));
        try (var _ = Traces.in(off.first("webhook", SpanKind.SERVER))) {
            assertThat(Traces.current()).isNull();
        }
    }

    @Test
    void openTelemetryIsSetUpOnlyWhereItIsToldWhereTracesGo() {
        var filter = new TracingWhereItGoesSomewhere();
        String[] classes = {
            "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
        };

        filter.setEnvironment(new MockEnvironment());
        assertThat(filter.match(classes, null)).containsExactly(false, true);

        filter.setEnvironment(
                new MockEnvironment().withProperty(TracingWhereItGoesSomewhere.ENDPOINT, "http://collector:4318"));
        assertThat(filter.match(classes, null)).containsExactly(true, true);
    }
}

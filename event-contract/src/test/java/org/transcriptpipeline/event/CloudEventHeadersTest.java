package org.transcriptpipeline.event;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// CloudEvents 1.0, Kafka protocol binding, binary content mode: https://github.com/cloudevents/spec
class CloudEventHeadersTest {

    static Stream<String> types() {
        return SampleEvents.byType().keySet().stream();
    }

    @Test
    void anEventIsDescribedByItsHeaders() {
        var event = SampleEvents.messageAdded();

        assertThat(text(EventCodec.headers(event)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", event.source().eventId(),
                        "ce_type", "transcripts.message.added.v1",
                        "ce_source", "/accounts/ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/webhook",
                        "ce_subject", "CH91d2c3b4a5f64e7788990a1b2c3d4e5f",
                        "ce_time", "2026-03-02T15:10:45.250Z",
                        "content-type", "application/json"));
    }

    @Test
    void aReadyTranscriptIsDescribedByItsHeaders() {
        assertThat(text(EventCodec.headers(SampleEvents.ready())))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", "0f1e2d3c4b5a69788796a5b4c3d2e1f0:2",
                        "ce_type", "transcripts.transcript.ready.v1",
                        "ce_source", "/accounts/ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/handoff",
                        "ce_subject", "CH91d2c3b4a5f64e7788990a1b2c3d4e5f",
                        "ce_time", "2026-03-02T15:10:50.500Z",
                        "content-type", "application/json"));
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeHasItsOwnNameAndItsKeyAsSubject(String type) {
        var event = SampleEvents.byType().get(type);

        var headers = text(EventCodec.headers(event));

        assertThat(headers).containsEntry("ce_type", "transcripts." + type + ".v1");
        assertThat(headers).containsEntry("ce_subject", event.key());
    }

    private static Map<String, String> text(Map<String, byte[]> headers) {
        return headers.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, e -> new String(e.getValue(), StandardCharsets.UTF_8)));
    }
}

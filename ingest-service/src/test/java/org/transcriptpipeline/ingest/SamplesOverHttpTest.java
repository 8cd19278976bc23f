package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.Twilio.Sample;

/// Every sample of the reference, signed for our address and posted over HTTP, is one record as it should be.
class SamplesOverHttpTest {

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("S1", "conversation.added"),
            Map.entry("S2", "participant.added"),
            Map.entry("S3", "message.added"),
            Map.entry("S4", "message.added"),
            Map.entry("S5", "message.added"),
            Map.entry("S6", "message.updated"),
            Map.entry("S7", "message.removed"),
            Map.entry("S8", "delivery.updated"),
            Map.entry("S9", "delivery.updated"),
            Map.entry("S10", "conversation-state.updated"),
            Map.entry("S11", "conversation.removed"),
            Map.entry("S12", "conversation.add"),
            Map.entry("S13", "message-status.updated"),
            Map.entry("S14", "message-status.updated"),
            Map.entry("S15", "message-status.updated"),
            Map.entry("S16", "message-status.updated"));

    private final RunningIngest ingest = RunningIngest.shared();
    private final EventCodec codec = new EventCodec();

    static List<Sample> samples() {
        return Twilio.samples();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isAnsweredAndBecomesOneRecord(Sample sample) {
        var mark = ingest.mark();
        var path = sample.isStatusCallback() ? "/webhooks/message-status" : "/webhooks/conversations";

        var response = ingest.post(SignedWebhook.to(path).withForm(sample.body()));

        assertThat(response.statusCode()).isEqualTo(sample.name().equals("S12") ? 200 : 204);
        assertThat(response.body()).isEmpty();
        var written = mark.only();
        var type = TYPES.get(sample.name());
        assertThat(written.topic())
                .isEqualTo(sample.isStatusCallback() ? "transcripts.delivery-statuses" : "transcripts.events");
        assertThat(written.key()).isEqualTo(keyOf(sample));
        assertThat(header(written, "ce_type")).isEqualTo("transcripts." + type + ".v1");
        assertThat(header(written, "ce_subject")).isEqualTo(keyOf(sample));
        assertThat(header(written, "ce_source"))
                .isEqualTo(
                        "/accounts/" + Twilio.ACCOUNT + (sample.isStatusCallback() ? "/status_callback" : "/webhook"));
        assertThat(header(written, "content-type")).isEqualTo("application/json");
        var event = decoded(written.value());
        assertThat(EventCodec.typeOf(event)).isEqualTo(type);
        assertThat(header(written, "ce_id")).isEqualTo(event.source().eventId());
        assertThat(event.source().body()).isEqualTo(sample.body().getBytes(UTF_8));
        assertThat(event.source().accountSid()).isEqualTo(Twilio.ACCOUNT);
        assertThat(event.source().notes()).isEmpty();
    }

    private TranscriptEvent decoded(byte[] value) {
        return ((Readable<TranscriptEvent>) codec.decode(value)).value();
    }

    private static String keyOf(Sample sample) {
        return switch (sample.name()) {
            case "S12" -> "IS7a6b5c4d3e2f41109f8e7d6c5b4a3928";
            case "S13", "S14", "S15" -> "SM5f60718293a4b5c6d7e8f90a1b2c3d4e";
            case "S16" -> "SM60718293a4b5c6d7e8f90a1b2c3d4e5a";
            default -> Twilio.CONVERSATION;
        };
    }

    private static String header(
            org.apache.kafka.clients.consumer.ConsumerRecord<String, byte[]> written, String name) {
        return new String(written.headers().lastHeader(name).value(), UTF_8);
    }
}

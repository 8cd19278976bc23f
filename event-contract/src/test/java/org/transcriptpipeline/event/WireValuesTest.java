package org.transcriptpipeline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.event.EventCodec.Readable;

/// What a value means on the wire: absent is nothing, empty is a value.
class WireValuesTest {

    private static final Source BARE = new Source(
            SourceKind.WEBHOOK, "0", "ACxx", Instant.EPOCH, null, null, null, null, null, null, new byte[0], List.of());

    private final EventCodec codec = new EventCodec();

    @Test
    void whatWasNotSaidIsNotWritten() {
        var event = new MessageAdded("CH1", "IM1", MessageFields.EMPTY, BARE);

        assertThat(json(event)).isEqualTo("""
                {"type":"message.added","conversationSid":"CH1","messageSid":"IM1","message":{},\
                "source":{"kind":"webhook","eventId":"0","accountSid":"ACxx","receivedAt":"1970-01-01T00:00:00Z"},\
                "version":1}""");
        assertThat(decoded(event)).usingRecursiveComparison().isEqualTo(event);
    }

    @Test
    void emptyTextAndAnEmptyListAreValues() {
        var source = new Source(
                SourceKind.WEBHOOK, "0", "ACxx", Instant.EPOCH, null, "", "", "", "", "", new byte[0], List.of());
        var message = new MessageFields(0L, "", "", "", "", List.of(), null, null, "", "");
        var event = new MessageAdded("CH1", "IM1", message, source);

        assertThat(decoded(event)).usingRecursiveComparison().isEqualTo(event);
    }

    @Test
    void anEmptyAddressIsAValue() {
        var binding = new Binding("", List.of(""), "", "", "");
        var participant = new ParticipantFields("", binding, "", "", null, null, null, "");
        var event = new ParticipantAdded("CH1", "MB1", participant, BARE);

        assertThat(decoded(event)).usingRecursiveComparison().isEqualTo(event);
    }

    @Test
    void everyByteOfARequestComesBack() {
        var bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        var source = new Source(
                SourceKind.WEBHOOK, "0", "ACxx", Instant.EPOCH, null, null, null, null, null, null, bytes, List.of());

        var back = decoded(new MessageAdded("CH1", "IM1", MessageFields.EMPTY, source));

        assertThat(back.source().body()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\"\\/\b\f\n\r\t", "\u2028\u2029", "😀", "\uffff\ufffe", "<script>&amp;", "\u202e"})
    void everyTextComesBack(String text) {
        var message = new MessageFields(null, text, text, null, text, null, null, null, null, null);
        var event = new MessageAdded("CH1", "IM1", message, BARE);

        assertThat(decoded(event)).usingRecursiveComparison().isEqualTo(event);
    }

    @Test
    void timesKeepTheirFractions() {
        var time = Instant.parse("2026-03-02T14:05:09.123456789Z");
        var message = new MessageFields(null, null, null, null, null, null, time, time, null, null);

        var back = (MessageAdded) decoded(new MessageAdded("CH1", "IM1", message, BARE));

        assertThat(back.message().dateCreated()).isEqualTo(time);
    }

    @Test
    void answersKeepTheirOrder() {
        var ended = new FlowEnded("CH1", null, null, null, null, inOrder("b", "a", "c"), BARE);

        var back = (FlowEnded) decoded(ended);

        assertThat(back.answers().keySet()).containsExactly("b", "a", "c");
    }

    /// The largest body that ingest takes, 512 KB, has to fit beside its own reading in a record.
    @Test
    void theLargestRequestFitsIntoARecord() {
        var body = ("Body=" + "%F0%9F%98%80".repeat(43_000)).getBytes(StandardCharsets.UTF_8);
        var source = new Source(
                SourceKind.WEBHOOK, "0", "ACxx", Instant.EPOCH, null, null, null, null, null, null, body, List.of());
        var message = new MessageFields(null, "😀".repeat(43_000), null, null, null, null, null, null, null, null);

        assertThat(body.length).isGreaterThan(500_000);
        assertThat(codec.encode(new MessageAdded("CH1", "IM1", message, source)))
                .hasSizeLessThan(EventCodec.MAX_RECORD_BYTES);
    }

    private static Map<String, Object> inOrder(String... names) {
        var map = new java.util.LinkedHashMap<String, Object>();
        for (var name : names) {
            map.put(name, name);
        }
        return map;
    }

    private String json(TranscriptEvent event) {
        return new String(codec.encode(event), StandardCharsets.UTF_8);
    }

    private TranscriptEvent decoded(TranscriptEvent event) {
        return ((Readable<TranscriptEvent>) codec.decode(codec.encode(event))).value();
    }
}

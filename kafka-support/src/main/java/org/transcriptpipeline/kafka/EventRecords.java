package org.transcriptpipeline.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.operations.Traces;

/// Turns events into Kafka records: topic, key, CloudEvents headers, JSON, and the trace that it is part of, if any.
/// The record's time is left to the producer, since Twilio's clock must not reach the broker (it refuses times far
/// ahead, and retention deletes old ones).
public final class EventRecords {

    private static final int LONGEST_TRACEPARENT = 64; // of version 00 it has 55

    private final EventCodec codec;

    public EventRecords(EventCodec codec) {
        this.codec = codec;
    }

    public ProducerRecord<String, byte[]> of(TranscriptEvent event) {
        return record(Topics.of(event), event.key(), codec.encode(event), EventCodec.headers(event));
    }

    /// The record of an event, or of the fact that it was too large to be told in our own terms: the raw bytes are
    /// bounded, what they decode to is larger and may not fit.
    public ProducerRecord<String, byte[]> fitting(TranscriptEvent event) {
        var whole = of(event);
        if (whole.value().length <= EventCodec.MAX_RECORD_BYTES) {
            return whole;
        }
        var conversationSid = event.key().startsWith("CH") ? event.key() : null;
        return of(new Unknown(event.key(), conversationSid, "too_large", event.source()));
    }

    public ProducerRecord<String, byte[]> of(TranscriptReady ready) {
        return record(Topics.READY, ready.conversationSid(), codec.encode(ready), EventCodec.headers(ready));
    }

    private static ProducerRecord<String, byte[]> record(
            String topic, String key, byte[] value, Map<String, byte[]> headers) {
        var producerRecord = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, content) -> producerRecord.headers().add(name, content));
        var traceparent = Traces.current();
        if (traceparent != null) {
            producerRecord.headers().add(Traces.HEADER, traceparent.getBytes(StandardCharsets.ISO_8859_1));
        }
        return producerRecord;
    }

    /// The trace that a record is part of; null: none that is sampled.
    public static @Nullable String traceparent(ConsumerRecord<?, ?> consumed) {
        var header = consumed.headers().lastHeader(Traces.HEADER);
        return header == null || header.value() == null || header.value().length > LONGEST_TRACEPARENT
                ? null
                : new String(header.value(), StandardCharsets.ISO_8859_1);
    }
}

package org.transcriptpipeline.cli.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.ingest.signature.QuarantinedRequest;

/// A request that ingest could not verify, as it is in Kafka.
///
/// @param account the record's key; null where it is nobody's in particular
/// @param content null where it cannot be read
/// @param unreadable why; null where it can
/// @param bytes of the request's body; where it cannot be read, of the record
/// @param at when it was received; where it cannot be read, when it was written
record KeptRequest(
        EntryId id,
        @Nullable String account,
        @Nullable QuarantinedRequest content,
        @Nullable String unreadable,
        int bytes,
        Instant at) {

    static KeptRequest of(ConsumerRecord<byte[], byte[]> kept) {
        var id = new EntryId(kept.topic(), kept.partition(), kept.offset());
        var key = kept.key() == null ? null : Printable.of(new String(kept.key(), UTF_8));
        var account = key == null || !key.startsWith("AC") ? null : key;
        return switch (QuarantinedRequest.read(kept.value())) {
            case EventCodec.Readable<QuarantinedRequest>(var content) ->
                new KeptRequest(id, account, content, null, content.body().length, content.receivedAt());
            case EventCodec.Unreadable<QuarantinedRequest>(var why) ->
                new KeptRequest(
                        id,
                        account,
                        null,
                        why,
                        kept.value() == null ? 0 : kept.value().length,
                        Instant.ofEpochMilli(kept.timestamp()));
        };
    }

    String reason() {
        return content == null ? "unreadable:" + unreadable : Printable.of(content.reason());
    }

    @Nullable
    String endpoint() {
        return content == null ? null : Printable.of(content.endpoint());
    }

    @Nullable
    String requestId() {
        return content == null ? null : Printable.of(content.requestId());
    }

    @Override
    public String toString() {
        return "KeptRequest[" + id + "]"; // what a stranger or a customer wrote
    }
}

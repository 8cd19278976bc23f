package org.transcriptpipeline.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// A record as it would have been sent. Its time at Kafka is left to the producer, as with every record of ours: a
/// time of hours ago would have it deleted hours early. When the request came is in the value.
///
/// @param headers encoded, see [#encode]
/// @param spilledAt when it began to wait
record SpilledRecord(String topic, @Nullable String key, byte[] headers, byte[] value, Instant spilledAt) {

    private static final int OVERHEAD_BYTES = 64; // ids, lengths, index: about

    static SpilledRecord of(ProducerRecord<String, byte[]> refused, Instant spilledAt) {
        return new SpilledRecord(refused.topic(), refused.key(), encode(refused.headers()), refused.value(), spilledAt);
    }

    ProducerRecord<String, byte[]> toProducerRecord() {
        return new ProducerRecord<>(topic, null, key, value, decodedHeaders());
    }

    Headers decodedHeaders() {
        try (var in = new DataInputStream(new ByteArrayInputStream(headers))) {
            var decoded = new RecordHeaders();
            int count = in.readUnsignedShort();
            for (int i = 0; i < count; i++) {
                var name = in.readUTF();
                decoded.add(name, in.readNBytes(in.readInt()));
            }
            return decoded;
        } catch (IOException e) { // in memory, and behind a checksum
            throw new UncheckedIOException(e);
        }
    }

    /// Bytes that it takes on disk, about.
    int size() {
        return OVERHEAD_BYTES + topic.length() + (key == null ? 0 : key.length()) + headers.length + value.length;
    }

    /// Tells what a disk has changed.
    long checksum() {
        var crc = new CRC32C();
        crc.update(topic.getBytes(UTF_8));
        if (key != null) {
            crc.update(key.getBytes(UTF_8));
        }
        crc.update(headers);
        crc.update(value);
        return crc.getValue();
    }

    static byte[] encode(Headers headers) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            var all = headers.toArray();
            out.writeShort(all.length);
            for (var header : all) {
                out.writeUTF(header.key());
                out.writeInt(header.value().length);
                out.write(header.value());
            }
        } catch (IOException e) { // in memory
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return "SpilledRecord[" + topic + " " + spilledAt + "]"; // what a customer wrote is in the value
    }
}

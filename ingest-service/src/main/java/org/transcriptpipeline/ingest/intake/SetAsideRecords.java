package org.transcriptpipeline.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Records that Kafka refuses for what they are, beside the spill: one JSON file each, for a person to look at. They
/// are tried again at the next start.
final class SetAsideRecords {

    /// The reason of a record that is not what was written. It is never sent again.
    static final String DAMAGED = "damaged";

    private static final Logger log = LoggerFactory.getLogger(SetAsideRecords.class);
    private static final String SUFFIX = ".json";
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z-]{1,100}");

    private final Path directory;
    private final JsonMapper mapper = JsonMapper.builder().build();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /// @param headers as text: all of ours are
    /// @param value the record's bytes; Base64 in JSON
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Content(
            String reason,
            Instant setAsideAt,
            Instant spilledAt,
            String topic,
            @Nullable String key,
            Map<String, String> headers,
            byte[] value) {

        SpilledRecord toSpilled() {
            var encoded = new RecordHeaders();
            headers.forEach((name, text) -> encoded.add(name, text.getBytes(UTF_8)));
            return new SpilledRecord(topic, key, SpilledRecord.encode(encoded), value, spilledAt);
        }

        @Override
        public String toString() {
            return "Content[" + topic + " " + reason + "]"; // what a customer wrote
        }
    }

    SetAsideRecords(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        for (var file : files()) {
            records.incrementAndGet();
            bytes.addAndGet(Files.size(file));
        }
    }

    long records() {
        return records.get();
    }

    long bytes() {
        return bytes.get();
    }

    /// The file is on disk when it returns. The same event twice is one file.
    synchronized Path keep(SpilledRecord refused, String reason, Instant now) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        if (!reason.equals(DAMAGED)) {
            refused.decodedHeaders().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        }
        var content =
                new Content(reason, now, refused.spilledAt(), refused.topic(), refused.key(), headers, refused.value());
        var file = directory.resolve(nameOf(headers.get("ce_id")) + SUFFIX);
        long before = Files.exists(file) ? Files.size(file) : -1;
        write(file, mapper.writeValueAsBytes(content));
        records.addAndGet(before < 0 ? 1 : 0);
        bytes.addAndGet(Files.size(file) - Math.max(0, before));
        return file;
    }

    synchronized List<Path> files() throws IOException {
        try (var all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        }
    }

    /// Null: it cannot be sent, since it is damaged or none of ours.
    @Nullable
    SpilledRecord read(Path file) throws IOException {
        try {
            var content = mapper.readValue(Files.readAllBytes(file), Content.class);
            return content.reason().equals(DAMAGED) ? null : content.toSpilled();
        } catch (JacksonException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("failure", e.getClass().getSimpleName())
                    .log("This is no record that was set aside; it stays");
            return null;
        }
    }

    synchronized void delete(Path file) throws IOException {
        long size = Files.size(file);
        Files.delete(file);
        records.decrementAndGet();
        bytes.addAndGet(-size);
    }

    private static String nameOf(@Nullable String eventId) {
        return eventId != null && NAME.matcher(eventId).matches()
                ? eventId
                : UUID.randomUUID().toString();
    }

    private void write(Path file, byte[] content) throws IOException {
        var temporary = directory.resolve(file.getFileName() + ".incoming");
        try (var channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file, ATOMIC_MOVE, REPLACE_EXISTING);
        try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true); // the name
        }
    }
}

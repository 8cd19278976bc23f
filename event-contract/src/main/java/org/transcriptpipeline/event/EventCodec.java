package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// How an event looks on the wire: UTF-8 JSON with `type` and `version` in it. Thread-safe.
public final class EventCodec {

    /// The major version of the contract. A reader keeps a record with a higher one aside until it is upgraded.
    public static final int VERSION = 1;

    /// No record may be larger; the topics are made with the same limit.
    public static final int MAX_RECORD_BYTES = 2 * 1024 * 1024;

    private static final Map<Class<?>, String> TYPE_NAMES = Arrays.stream(
                    Objects.requireNonNull(TranscriptEvent.class.getAnnotation(JsonSubTypes.class))
                            .value())
            .collect(Collectors.toUnmodifiableMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));
    private static final Set<String> EVENT_TYPES = Set.copyOf(TYPE_NAMES.values());
    private static final Set<String> READY_TYPES = Set.of(TranscriptReady.TYPE);

    private final JsonMapper mapper = JsonMapper.builder()
            .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final ObjectWriter eventWriter = mapper.writerFor(TranscriptEvent.class);
    private final ObjectReader eventReader;
    private final ObjectReader readyReader = mapper.readerFor(TranscriptReady.class);

    public EventCodec() {
        this.eventReader = mapper.readerFor(TranscriptEvent.class);
    }

    private EventCodec(Class<?> howSourcesAreRead) {
        this.eventReader = mapper.rebuild()
                .addMixIn(Source.class, howSourcesAreRead)
                .build()
                .readerFor(TranscriptEvent.class);
    }

    /// Reads events without [Source#body], for whoever has the record's bytes: the body is the larger half of a
    /// record, and Base64. Writes them with it.
    public static EventCodec withoutBodies() {
        return new EventCodec(Bodiless.class);
    }

    @JsonIgnoreProperties("body")
    private interface Bodiless {}

    /// What became of a record's value.
    ///
    /// @param <T> what was expected
    public sealed interface Decoded<T> {}

    /// The record is understood.
    public record Readable<T>(T value) implements Decoded<T> {}

    /// The record is not, and why: `empty`, `not_json`, `version`, `type` or `incomplete`.
    public record Unreadable<T>(String reason) implements Decoded<T> {}

    /// The event's `type` on the wire, `message.added` for instance.
    public static String typeOf(TranscriptEvent event) {
        return Objects.requireNonNull(TYPE_NAMES.get(event.getClass()), "every event has a type name");
    }

    public byte[] encode(TranscriptEvent event) {
        return eventWriter.writeValueAsBytes(event);
    }

    public byte[] encode(TranscriptReady ready) {
        return mapper.writeValueAsBytes(ready);
    }

    /// Reads one event. Never throws for what is in the bytes.
    public Decoded<TranscriptEvent> decode(byte[] value) {
        return decode(value, EVENT_TYPES, eventReader);
    }

    /// Reads one [TranscriptReady]. Never throws for what is in the bytes.
    public Decoded<TranscriptReady> decodeReady(byte[] value) {
        return decode(value, READY_TYPES, readyReader);
    }

    private <T> Decoded<T> decode(byte[] value, Set<String> types, ObjectReader reader) {
        if (value.length == 0) {
            return new Unreadable<>("empty");
        }
        Preface preface;
        try {
            preface = preface(value);
        } catch (JacksonException e) {
            return new Unreadable<>("not_json");
        }
        if (preface == null) {
            return new Unreadable<>("not_json");
        }
        if (preface.version() > VERSION) {
            return new Unreadable<>("version");
        }
        if (!types.contains(preface.type())) {
            return new Unreadable<>("type");
        }
        if (preface.version() < 1) {
            return new Unreadable<>("incomplete");
        }
        try {
            return new Readable<>(reader.readValue(value));
        } catch (JacksonException e) {
            return new Unreadable<>("incomplete");
        }
    }

    /// What decides whether a record may be read at all.
    ///
    /// @param version 0 where it is missing or no whole number
    private record Preface(String type, long version) {
        @Override
        public String toString() {
            return "Preface[" + version + "]"; // the type is whatever somebody wrote
        }
    }

    /// Reads through the whole value without building anything of it; a tree would cost as much as the event itself.
    ///
    /// @return null when this is JSON, but no object
    private @Nullable Preface preface(byte[] value) {
        var type = "";
        long version = 0;
        try (var parser = mapper.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return null;
            }
            for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                var token = parser.nextToken();
                if (name.equals("type")) {
                    type = token == JsonToken.VALUE_STRING ? parser.getString() : "";
                } else if (name.equals("version")) {
                    version = token == JsonToken.VALUE_NUMBER_INT ? atMostLong(parser.getBigIntegerValue()) : 0;
                }
                parser.skipChildren();
            }
            return parser.nextToken() == null ? new Preface(type, version) : null;
        }
    }

    private static long atMostLong(BigInteger number) {
        return number.min(BigInteger.valueOf(Long.MAX_VALUE))
                .max(BigInteger.ZERO)
                .longValue();
    }

    /// CloudEvents 1.0 headers of the Kafka binding, binary mode.
    public static Map<String, byte[]> headers(TranscriptEvent event) {
        var source = event.source();
        return headers(
                source.eventId(),
                "transcripts." + typeOf(event) + ".v" + VERSION,
                "/accounts/" + source.accountSid() + "/" + source.kind().wireName(),
                event.key(),
                source.receivedAt().toString());
    }

    /// CloudEvents 1.0 headers of the Kafka binding, binary mode.
    public static Map<String, byte[]> headers(TranscriptReady ready) {
        return headers(
                ready.handoffId() + ":" + ready.handoffVersion(),
                "transcripts." + TranscriptReady.TYPE + ".v" + VERSION,
                "/accounts/" + ready.accountSid() + "/handoff",
                ready.conversationSid(),
                ready.readyAt().toString());
    }

    private static Map<String, byte[]> headers(String id, String type, String source, String subject, String time) {
        return Map.of(
                "ce_specversion", utf8("1.0"),
                "ce_id", utf8(id),
                "ce_type", utf8(type),
                "ce_source", utf8(source),
                "ce_subject", utf8(subject),
                "ce_time", utf8(time),
                "content-type", utf8("application/json"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

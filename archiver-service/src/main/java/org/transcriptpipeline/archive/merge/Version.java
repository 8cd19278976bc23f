package org.transcriptpipeline.archive.merge;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;

/// How new an observation is. Versions are totally ordered, so the order of arrival never matters: what an edit says
/// beats what the creation said, a later second beats an earlier one, then the source's rank, our receive time as
/// recorded, and last the event id, which is never the same for two observations that differ.
///
/// @param updated whether the source spoke of an edit; a `date_updated` of null means that it did not
/// @param second epoch second of the edit, since REST knows no more; 0 where there was none
/// @param rank of the source, see [org.transcriptpipeline.event.SourceKind]
/// @param receivedMicros our clock, microseconds since the epoch
/// @param eventId 32 hexadecimal digits
public record Version(boolean updated, long second, int rank, long receivedMicros, String eventId)
        implements Comparable<Version> {

    /// Size of [#toBytes].
    static final int BYTES = 1 + 8 + 1 + 8 + 16;

    private static final Comparator<Version> ORDER = Comparator.comparing((Version v) -> v.updated)
            .thenComparingLong(Version::second)
            .thenComparingInt(Version::rank)
            .thenComparingLong(Version::receivedMicros)
            .thenComparing(Version::eventId);

    /// Of an observation that knows of no edit. `DateCreated` is no part of it: an API client may set it.
    public static Version added(Source source) {
        return new Version(false, 0, source.kind().rank(), micros(source.receivedAt()), source.eventId());
    }

    /// Of a time of creation, which never changes. REST cuts it to the second, so any other source knows it better.
    public static Version creation(Source source) {
        int rank = source.kind() == SourceKind.REST ? 0 : source.kind().rank();
        return new Version(false, 0, rank, micros(source.receivedAt()), source.eventId());
    }

    /// Of an observation of an edit.
    ///
    /// @param at Twilio's time of the edit; where it is missing our receive time stands in
    public static Version updated(@Nullable Instant at, Source source) {
        var second = (at == null ? source.receivedAt() : at).getEpochSecond();
        return new Version(true, second, source.kind().rank(), micros(source.receivedAt()), source.eventId());
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    /// Bytes whose unsigned order is the order of versions, for receive times and seconds since 1970.
    public byte[] toBytes() {
        return put(ByteBuffer.allocate(BYTES)).array();
    }

    ByteBuffer put(ByteBuffer buffer) {
        return buffer.put((byte) (updated ? 1 : 0))
                .putLong(second)
                .put((byte) rank)
                .putLong(receivedMicros)
                .put(HexFormat.of().parseHex(eventId), 0, 16);
    }

    static Version get(ByteBuffer buffer) {
        boolean updated = buffer.get() == 1;
        long second = buffer.getLong();
        int rank = buffer.get();
        long receivedMicros = buffer.getLong();
        var id = new byte[16];
        buffer.get(id);
        return new Version(updated, second, rank, receivedMicros, HexFormat.of().formatHex(id));
    }

    private static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }
}

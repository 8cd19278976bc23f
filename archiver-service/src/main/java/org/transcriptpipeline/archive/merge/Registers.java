package org.transcriptpipeline.archive.merge;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The fields of a row that are merged each on its own: of two observations of a field the newer one holds. A field
/// that no observation had is not in here; an empty value is.
///
/// @param <K> names the fields; at most 16
public final class Registers<K extends Enum<K>> {

    /// A value and how new it is.
    public record Versioned(Object value, Version version) {}

    private final Class<K> names;
    private final EnumMap<K, Versioned> values;

    private Registers(Class<K> names, EnumMap<K, Versioned> values) {
        this.names = names;
        this.values = values;
    }

    public static <K extends Enum<K>> Builder<K> of(Class<K> names) {
        return new Builder<>(names);
    }

    public static <K extends Enum<K>> Registers<K> none(Class<K> names) {
        return new Registers<>(names, new EnumMap<>(names));
    }

    /// Each register of the two at its newer version.
    public Registers<K> merge(Registers<K> other) {
        var merged = values.clone();
        other.values.forEach((name, theirs) -> merged.merge(
                name, theirs, (ours, newcomer) -> ours.version().compareTo(newcomer.version()) >= 0 ? ours : newcomer));
        return new Registers<>(names, merged);
    }

    public @Nullable Versioned get(K name) {
        return values.get(name);
    }

    public @Nullable Object value(K name) {
        var versioned = values.get(name);
        return versioned == null ? null : versioned.value();
    }

    public @Nullable String text(K name) {
        return (String) value(name);
    }

    /// The versions in few bytes: registers that share a version are one group of a bit mask and the version.
    public byte[] packVersions() {
        Map<Version, Short> masks = new TreeMap<>();
        values.forEach((name, versioned) ->
                masks.merge(versioned.version(), bit(name), (a, b) -> (short) (a.shortValue() | b.shortValue())));
        var buffer = ByteBuffer.allocate(masks.size() * (Short.BYTES + Version.BYTES));
        masks.forEach((version, mask) -> version.put(buffer.putShort(mask)));
        return buffer.array();
    }

    /// The opposite of [#packVersions].
    ///
    /// @param rowValues the row's values; a register is taken where the bytes name it
    public static <K extends Enum<K>> Registers<K> unpack(
            Class<K> names, byte[] packed, Map<K, ? extends @Nullable Object> rowValues) {
        var values = new EnumMap<K, Versioned>(names);
        var buffer = ByteBuffer.wrap(packed);
        List<K> all = List.of(names.getEnumConstants());
        while (buffer.hasRemaining()) {
            short mask = buffer.getShort();
            var version = Version.get(buffer);
            for (var name : all) {
                var value = (mask & bit(name)) == 0 ? null : rowValues.get(name);
                if (value != null) {
                    values.put(name, new Versioned(value, version));
                }
            }
        }
        return new Registers<>(names, values);
    }

    private static short bit(Enum<?> name) {
        return (short) (1 << name.ordinal());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Registers<?> registers && values.equals(registers.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /// Names the registers, shows no value: they are somebody's words.
    @Override
    public String toString() {
        return new ArrayList<>(values.keySet()).toString();
    }

    /// Collects what one observation says, all at one version.
    public static final class Builder<K extends Enum<K>> {
        private final Class<K> names;
        private final EnumMap<K, Versioned> values;

        private Builder(Class<K> names) {
            this.names = names;
            this.values = new EnumMap<>(names);
        }

        /// Takes part only where there is a value.
        public Builder<K> with(K name, @Nullable Object value, Version version) {
            if (value != null) {
                values.put(name, new Versioned(value, version));
            }
            return this;
        }

        public Registers<K> build() {
            return new Registers<>(names, values);
        }
    }
}

package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.Mergeable;
import org.transcriptpipeline.archive.merge.TextArray;

/// One table whose rows are merged states. The rows of a batch are locked and read in the order of their keys,
/// merged in memory, and written by one INSERT and one UPDATE of whole arrays: three statements however many rows.
///
/// There is no merge in SQL, so there is one form of each rule (docs/adr/005-one-merge-in-java.md). Two archivers
/// that insert the same new row cannot both win; the loser repeats its transaction and then finds the row.
///
/// @param <S> the state of a row
abstract class MergedTable<S extends Mergeable<S>> {

    private static final String SERIALIZATION_FAILURE = "40001";

    final JdbcTemplate jdbc;
    private final Statements statements;
    private final Counter inserted;
    private final Counter updated;
    private final Counter unchanged;

    /// @param table for the counter of rows inserted, updated, and left as they were since a repeat told nothing new
    MergedTable(JdbcTemplate jdbc, MeterRegistry meters, String table, Statements statements) {
        this.jdbc = jdbc;
        this.statements = statements;
        this.inserted = meters.counter("transcripts_rows", "table", table, "outcome", "inserted");
        this.updated = meters.counter("transcripts_rows", "table", table, "outcome", "updated");
        this.unchanged = meters.counter("transcripts_rows", "table", table, "outcome", "unchanged");
    }

    /// @param selectForUpdate the rows of an array of keys, in key order, FOR UPDATE
    /// @param insert the rows of [#columns], with ON CONFLICT DO NOTHING
    /// @param update the rows of [#columns], whose first one is the key
    record Statements(String selectForUpdate, String insert, String update) {}

    abstract S read(ResultSet row) throws SQLException;

    /// An array per column, in the order that both statements have.
    abstract Object[] columns(List<S> states);

    /// @return how many were inserted
    int insert(List<S> states) {
        return jdbc.update(statements.insert(), columns(states));
    }

    /// What of two states of a row makes it worth writing.
    boolean isSameRow(S stored, S merged) {
        return stored.equals(merged);
    }

    /// What became of the states of a batch, each list in key order.
    ///
    /// @param rows what the rows hold now
    /// @param fresh those of them that were not there before
    /// @param changes of those that were there and held something else
    record Merged<S>(List<S> rows, List<S> fresh, List<Change<S>> changes) {

        List<S> changed() {
            return changes.stream().map(Change::after).toList();
        }
    }

    /// What a row held, and what it holds now.
    record Change<S>(S before, S after) {

        /// Whether any of these values is another one.
        @SafeVarargs
        final boolean isIn(Function<S, @Nullable Object>... values) {
            return Stream.of(values).anyMatch(value -> !Objects.equals(value.apply(before), value.apply(after)));
        }
    }

    /// Merges these states into the table.
    Merged<S> merge(Collection<S> states) {
        if (states.isEmpty()) {
            return new Merged<>(List.of(), List.of(), List.of());
        }
        var sorted =
                states.stream().sorted(Comparator.comparing(Mergeable::key)).toList();
        var stored = lock(sorted.stream().map(Mergeable::key).toList());
        List<S> all = new ArrayList<>(sorted.size());
        List<S> fresh = new ArrayList<>();
        List<Change<S>> changes = new ArrayList<>();
        for (var state : sorted) {
            var known = stored.get(state.key());
            if (known == null) {
                fresh.add(state);
                all.add(state);
                continue;
            }
            var merged = known.merge(state);
            all.add(merged);
            if (!isSameRow(known, merged)) {
                changes.add(new Change<>(known, merged));
            }
        }
        if (!fresh.isEmpty() && insert(fresh) < fresh.size()) {
            throw new CannotAcquireLockException(
                    "another archiver inserted a row of this batch",
                    new SQLException("lost a race", SERIALIZATION_FAILURE));
        }
        var merged = new Merged<>(all, fresh, changes);
        if (!changes.isEmpty()) {
            jdbc.update(statements.update(), columns(merged.changed()));
        }
        inserted.increment(fresh.size());
        updated.increment(changes.size());
        unchanged.increment(all.size() - fresh.size() - changes.size());
        return merged;
    }

    /// Locks the rows of these keys.
    ///
    /// @param keys sorted, so that two archivers never wait for each other
    Map<String, S> lock(List<String> keys) {
        Map<String, S> rows = new HashMap<>();
        jdbc.query(
                statements.selectForUpdate(),
                row -> {
                    var state = read(row);
                    rows.put(state.key(), state);
                },
                (Object) keys.toArray(String[]::new));
        return rows;
    }

    // ---- arrays for unnest ----

    static <S> String[] texts(List<S> states, Function<S, @Nullable String> column) {
        return states.stream().map(column).toArray(String[]::new);
    }

    static <S> String[] times(List<S> states, Function<S, @Nullable Instant> column) {
        return states.stream()
                .map(state -> {
                    var time = column.apply(state);
                    return time == null ? null : time.toString();
                })
                .toArray(String[]::new);
    }

    static <S> Long[] longs(List<S> states, Function<S, @Nullable Long> column) {
        return states.stream().map(column).toArray(Long[]::new);
    }

    static <S> Integer[] integers(List<S> states, Function<S, @Nullable Integer> column) {
        return states.stream().map(column).toArray(Integer[]::new);
    }

    static <S> Boolean[] booleans(List<S> states, Function<S, @Nullable Boolean> column) {
        return states.stream().map(column).toArray(Boolean[]::new);
    }

    static <S> byte[][] bytes(List<S> states, Function<S, byte[]> column) {
        return states.stream().map(column).toArray(byte[][]::new);
    }

    static <S> String[] sets(List<S> states, Function<S, SortedSet<String>> column) {
        return states.stream().map(column).map(TextArray::literal).toArray(String[]::new);
    }

    // ---- columns of a row ----

    static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, java.time.OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static Instant requiredTime(ResultSet row, String column) throws SQLException {
        var time = time(row, column);
        if (time == null) {
            throw new SQLException("column " + column + " is null", "23502");
        }
        return time;
    }

    static SortedSet<String> set(ResultSet row, String column) throws SQLException {
        var array = row.getArray(column);
        if (array == null) {
            return Collections.emptySortedSet();
        }
        return new TreeSet<>(List.of((String[]) array.getArray()));
    }

    static @Nullable String arrayLiteral(ResultSet row, String column) throws SQLException {
        var array = row.getArray(column);
        return array == null ? null : TextArray.literal(List.of((String[]) array.getArray()));
    }

    /// Values by register, without the missing ones.
    static <K> Map<K, Object> values(Map<K, @Nullable Object> columns) {
        Map<K, Object> present = new TreeMap<>();
        columns.forEach((register, value) -> {
            if (value != null) {
                present.put(register, value);
            }
        });
        return present;
    }
}

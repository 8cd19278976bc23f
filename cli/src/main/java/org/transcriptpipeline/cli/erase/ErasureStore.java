package org.transcriptpipeline.cli.erase;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;

/// The functions of `V016__forgetting.sql`. Each call is a transaction, and each may be repeated, so that an erasure
/// that breaks off anywhere goes on where it was.
final class ErasureStore {

    private static final String HELD = "TPH01";
    /// Somebody else has the rows just now: a batch of the merge, or another erasure.
    private static final Set<String> LATER = Set.of("40001", "40P01", "55P03");

    private static final int TRIES = 24;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Connection connection;

    ErasureStore(Connection connection) {
        this.connection = connection;
    }

    /// @param addressHash lower-case hexadecimal
    record Erasure(
            String id,
            String accountSid,
            String addressHash,
            Instant requestedAt,
            String requestedBy,
            @Nullable String reason,
            String state) {}

    /// @param serviceSid null: the account's default service, or not known
    record ToDelete(String conversationSid, @Nullable String serviceSid) {}

    Map<String, Long> preview(String accountSid, String address) throws SQLException {
        return counts("SELECT p.place, p.number FROM store.erasure_preview(?, ?) p", accountSid, address);
    }

    @Nullable
    String holdOn(String accountSid, String address) throws SQLException {
        return text("SELECT store.hold_on_person(?, ?)", accountSid, address);
    }

    String begin(String accountSid, String address, String by, @Nullable String reference) throws SQLException {
        return required("SELECT store.begin_erasure(?, ?, ?, ?)", accountSid, address, by, reference);
    }

    /// Puts the person's rows into the register, waits for the batches that do not know of it, and does it again for
    /// what they brought.
    void register(String id, String address) throws SQLException {
        required("SELECT store.register_person(?, ?)", id, address);
        waitForMerges();
        required("SELECT store.register_person(?, ?)", id, address);
    }

    /// From a receipt.
    void registerAgain(Receipt receipt) throws SQLException {
        var sids = receipt.sids().stream().map(Receipt.Sid::sid).toArray();
        var scopes = receipt.sids().stream().map(Receipt.Sid::scope).toArray();
        required(
                "SELECT store.register_again(?, ?, decode(?, 'hex'), ?, ?, ?, ?, ?)",
                receipt.erasureId(),
                receipt.accountSid(),
                receipt.addressHash(),
                receipt.coversUntil().atOffset(ZoneOffset.UTC),
                receipt.requestedBy(),
                receipt.reference(),
                connection.createArrayOf("text", sids),
                connection.createArrayOf("text", scopes));
        waitForMerges();
    }

    private void waitForMerges() throws SQLException {
        required("SELECT store.wait_for_merges()::text");
    }

    /// Erases all that is registered.
    ///
    /// @throws RefusedException where somebody put it under hold meanwhile, or rows stay locked
    void erase(String id) throws SQLException {
        for (int i = 0; i < TRIES; i++) {
            repeat("SELECT store.erase_conversations(?, 20)", id);
            repeat("SELECT store.erase_rest(?, 500)", id);
            if (left(id) == 0) {
                eraseRecords(id);
                return;
            }
            pause(); // rows that another erasure has locked
        }
        throw new RefusedException("Somebody keeps rows of it locked; run it again.");
    }

    private void eraseRecords(String id) throws SQLException {
        for (var place : List.of("unrecognised_events", "pre_action_events")) {
            var after = "";
            while (after != null) {
                after = text("SELECT store.erase_kept_events(?, ?, ?, 500)", id, place, after);
            }
        }
        required("SELECT store.erase_quarantined(?)", id);
    }

    private void repeat(String function, String id) throws SQLException {
        while (!required(function, id).equals("0")) {
            // the function takes the next rows
        }
    }

    private long left(String id) throws SQLException {
        return Long.parseLong(required("""
                SELECT count(*)
                FROM store.erased_sids s
                WHERE s.erased_at IS NULL AND (s.erasure_id = ? OR ? = ANY (s.joined))
                """, id, id));
    }

    void mark(String id, String state, @Nullable String receipt) throws SQLException {
        required("SELECT store.mark_erasure(?, ?, ?::jsonb)::text", id, state, receipt);
    }

    Erasure erasure(String id) throws SQLException {
        try (var statement = prepared("""
                SELECT e.account_sid, e.address_hash, e.requested_at, e.requested_by, e.reason, e.state
                FROM store.erasures e
                WHERE e.erasure_id = ?
                """, id);
                var rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw new RefusedException("There is no such erasure.");
            }
            return new Erasure(
                    id,
                    rows.getString(1),
                    HexFormat.of().formatHex(rows.getBytes(2)),
                    rows.getObject(3, OffsetDateTime.class).toInstant(),
                    rows.getString(4),
                    rows.getString(5),
                    rows.getString(6));
        }
    }

    Map<String, Long> counts(String id) throws SQLException {
        return counts("""
                SELECT c.key, c.value::bigint
                FROM store.erasures e
                CROSS JOIN LATERAL jsonb_each_text(e.counts) c
                WHERE e.erasure_id = ?
                """, new Object[] {id});
    }

    List<Receipt.Sid> sids(String id) throws SQLException {
        try (var statement = prepared("""
                SELECT s.sid, s.scope
                FROM store.erased_sids s
                WHERE s.erasure_id = ? OR ? = ANY (s.joined)
                ORDER BY s.sid
                """, id, id);
                var rows = statement.executeQuery()) {
            var sids = new ArrayList<Receipt.Sid>();
            while (rows.next()) {
                sids.add(new Receipt.Sid(rows.getString(1), rows.getString(2)));
            }
            return sids;
        }
    }

    /// Of all erasures of this person: an earlier one may have left Twilio alone.
    List<ToDelete> conversations(String id) throws SQLException {
        try (var statement = prepared("""
                SELECT s.sid, c.service_sid
                FROM store.erasures e
                JOIN store.erasures every ON every.account_sid = e.account_sid AND every.address_hash = e.address_hash
                JOIN store.erased_sids s ON s.erasure_id = every.erasure_id AND s.scope = 'conversation'
                LEFT JOIN store.conversations c ON c.conversation_sid = s.sid
                WHERE e.erasure_id = ?
                ORDER BY s.sid
                """, id);
                var rows = statement.executeQuery()) {
            var found = new ArrayList<ToDelete>();
            while (rows.next()) {
                found.add(new ToDelete(rows.getString(1), rows.getString(2)));
            }
            return found;
        }
    }

    /// Files that no archiver has removed yet of what was erased since then.
    long filesWaiting(Instant since) throws SQLException {
        return Long.parseLong(required(
                "SELECT count(*) FROM store.media_removals r WHERE r.removed_at IS NULL AND r.requested_at >= ?",
                since.atOffset(ZoneOffset.UTC)));
    }

    /// By topic and partition, up to where all its readers have stored it.
    Map<String, Map<Integer, Long>> storedOffsets() throws SQLException {
        try (var statement = prepared("""
                SELECT o.topic, o.partition, min(o.next_offset)
                FROM (
                    SELECT topic, partition, next_offset FROM store.consumer_offsets
                    UNION ALL
                    SELECT topic, partition, next_offset FROM handoff.consumer_offsets
                ) o
                GROUP BY o.topic, o.partition
                """);
                var rows = statement.executeQuery()) {
            var offsets = new TreeMap<String, Map<Integer, Long>>();
            while (rows.next()) {
                offsets.computeIfAbsent(rows.getString(1), _ -> new TreeMap<>()).put(rows.getInt(2), rows.getLong(3));
            }
            return offsets;
        }
    }

    /// Which of these records speak of what was erased, by position from 0.
    ///
    /// @param accountSids whose erasures count, of each
    Set<Integer> speaking(List<String> accountSids, List<Instant> times, List<byte[]> records) throws SQLException {
        try (var statement = prepared(
                        "SELECT r - 1 FROM store.records_of_erased(?, ?, ?) r",
                        connection.createArrayOf("text", accountSids.toArray()),
                        connection.createArrayOf(
                                "timestamptz",
                                times.stream().map(Instant::toString).toArray()),
                        connection.createArrayOf("bytea", records.toArray(byte[][]::new)));
                var rows = statement.executeQuery()) {
            var found = new HashSet<Integer>();
            while (rows.next()) {
                found.add(rows.getInt(1));
            }
            return found;
        }
    }

    /// Offsets of requests of a partition that somebody has dealt with, from one to another.
    Set<Long> decided(String topic, int partition, long from, long to) throws SQLException {
        try (var statement = prepared("""
                        SELECT DISTINCT d.record_offset
                        FROM store.quarantine_decisions d
                        WHERE d.topic = ? AND d.partition = ? AND d.record_offset BETWEEN ? AND ?
                            AND d.outcome IN ('adopted', 'dropped')
                        """, topic, partition, from, to);
                var rows = statement.executeQuery()) {
            var found = new HashSet<Long>();
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
            return found;
        }
    }

    // ---- statements

    private Map<String, Long> counts(String sql, Object... values) throws SQLException {
        try (var statement = prepared(sql, values);
                var rows = statement.executeQuery()) {
            var counts = new TreeMap<String, Long>();
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
            return counts;
        }
    }

    private String required(String sql, @Nullable Object... values) throws SQLException {
        var text = text(sql, values);
        return text == null ? "" : text;
    }

    /// The one value that a statement gives. What somebody else has locked is tried again, for a while.
    private @Nullable String text(String sql, @Nullable Object... values) throws SQLException {
        for (int tries = 1; ; tries++) {
            try (var statement = prepared(sql, values);
                    var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            } catch (SQLException e) {
                if (HELD.equals(e.getSQLState())) {
                    throw new RefusedException("It was put under hold meanwhile; see hold --list.");
                }
                if (!LATER.contains(e.getSQLState()) || tries == TRIES) {
                    throw e;
                }
                pause();
            }
        }
    }

    private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        var statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException("Interrupted; run it again to go on.");
        }
    }
}

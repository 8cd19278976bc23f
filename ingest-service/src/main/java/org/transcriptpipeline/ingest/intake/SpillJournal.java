package org.transcriptpipeline.ingest.intake;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.transcriptpipeline.ingest.intake.JournalException.Kind;

/// The file in which records wait for Kafka: an SQLite database whose write-ahead log is synced with every commit.
/// One process has it at a time, by SQLite's own lock, which ends with the process. Several threads may call; one
/// call is one transaction.
///
/// After a [JournalException] nobody knows what the file holds: close, and open again.
final class SpillJournal implements AutoCloseable {

    private static final String FILE = "waiting.db";
    private static final String NATIVE_LIBRARY_DIRECTORY = "org.sqlite.tmpdir";
    private static final long WORTH_SHRINKING_BYTES = 1024 * 1024;

    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement select;
    private final PreparedStatement delete;
    private final PreparedStatement oldest;
    private final PreparedStatement touch;

    /// Read without the lock: whoever asks must not wait for a disk.
    private volatile Depth depth = new Depth(Map.of(), null);

    /// @param isWhole false: what is on disk is not what was written
    record Entry(long id, int size, SpilledRecord spilled, boolean isWhole) {}

    record Totals(long records, long bytes) {

        static final Totals NONE = new Totals(0, 0);

        Totals plus(Totals other) {
            return new Totals(records + other.records, bytes + other.bytes);
        }
    }

    /// What waits, by topic, and since when the oldest of it; null: nothing waits.
    record Depth(Map<String, Totals> byTopic, @Nullable Instant oldestAt) {

        Totals of(String topic) {
            return byTopic.getOrDefault(topic, Totals.NONE);
        }

        Totals all() {
            return byTopic.values().stream().reduce(Totals.NONE, Totals::plus);
        }

        private Depth with(String topic, Totals more, @Nullable Instant oldest) {
            var changed = new HashMap<>(byTopic);
            var total = of(topic).plus(more);
            if (total.records() == 0) {
                changed.remove(topic);
            } else {
                changed.put(topic, total);
            }
            return new Depth(Map.copyOf(changed), oldest);
        }
    }

    private SpillJournal(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        this.insert = connection.prepareStatement("""
                INSERT INTO waiting (spilled_at, size, topic, record_key, checksum, headers, value)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """);
        this.select = connection.prepareStatement("""
                SELECT id, spilled_at, size, topic, record_key, checksum, headers, value
                FROM waiting
                WHERE topic = ?
                ORDER BY id
                LIMIT ?
                """);
        this.delete = connection.prepareStatement("DELETE FROM waiting WHERE id = ?");
        this.oldest = connection.prepareStatement("SELECT spilled_at FROM waiting ORDER BY id LIMIT 1");
        this.touch = connection.prepareStatement("UPDATE proof SET touched_at = ?");
    }

    /// Opens the journal in a directory, and makes both where they are missing. The directory is readable by its
    /// owner alone: it holds what people wrote.
    static SpillJournal open(Path directory) throws JournalException {
        makeDirectory(directory);
        if (System.getProperty(NATIVE_LIBRARY_DIRECTORY) == null) {
            // its default, /tmp, is often mounted without the right to execute
            System.setProperty(NATIVE_LIBRARY_DIRECTORY, directory.toString());
        }
        var file = directory.resolve(FILE);
        Connection connection = null;
        try {
            var config = new SQLiteConfig();
            config.setGetGeneratedKeys(false); // nobody asks for them, and the open question would prevent `shrink`
            connection = config.createConnection("jdbc:sqlite:" + file);
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA locking_mode = EXCLUSIVE"); // before the log is touched
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("PRAGMA temp_store = MEMORY");
                statement.execute("""
                        CREATE TABLE IF NOT EXISTS waiting (
                            id INTEGER PRIMARY KEY,
                            spilled_at INTEGER NOT NULL,
                            size INTEGER NOT NULL,
                            topic TEXT NOT NULL,
                            record_key TEXT,
                            checksum INTEGER NOT NULL,
                            headers BLOB NOT NULL,
                            value BLOB NOT NULL
                        )
                        """);
                statement.execute("CREATE INDEX IF NOT EXISTS waiting_by_topic ON waiting (topic, id)");
                statement.execute("CREATE TABLE IF NOT EXISTS proof (touched_at INTEGER NOT NULL)");
                statement.execute("INSERT INTO proof SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM proof)");
            }
            connection.setAutoCommit(false);
            var journal = new SpillJournal(file, connection);
            journal.count();
            return journal;
        } catch (SQLException e) {
            closeQuietly(connection, e);
            throw failure(e, "The spill in " + directory + " cannot be opened");
        }
    }

    /// Gives a damaged journal another name, so that a new one can be made and a person can look at the old one.
    ///
    /// @return the new name
    static Path putAway(Path directory, Instant now) throws IOException {
        var name = "damaged-" + now.toEpochMilli() + ".db";
        for (var suffix : List.of("", "-wal", "-shm")) {
            var from = directory.resolve(FILE + suffix);
            if (Files.exists(from)) {
                Files.move(from, directory.resolve(name + suffix));
            }
        }
        return directory.resolve(name);
    }

    /// All of them are on disk when it returns.
    synchronized void append(List<SpilledRecord> records) throws JournalException {
        if (records.isEmpty()) {
            return;
        }
        try {
            for (var spilled : records) {
                insert.setLong(1, spilled.spilledAt().toEpochMilli());
                insert.setInt(2, spilled.size());
                insert.setString(3, spilled.topic());
                if (spilled.key() == null) {
                    insert.setNull(4, Types.VARCHAR);
                } else {
                    insert.setString(4, spilled.key());
                }
                insert.setLong(5, spilled.checksum());
                insert.setBytes(6, spilled.headers());
                insert.setBytes(7, spilled.value());
                insert.executeUpdate();
            }
            connection.commit();
        } catch (SQLException e) {
            throw failure(e, "The spill cannot be written");
        }
        for (var spilled : records) {
            var oldestAt = depth.oldestAt() == null ? spilled.spilledAt() : depth.oldestAt();
            depth = depth.with(spilled.topic(), new Totals(1, spilled.size()), oldestAt);
        }
    }

    /// The oldest records of a topic, in the order in which they came; the first one whatever its size.
    synchronized List<Entry> oldest(String topic, int maxRecords, long maxBytes) throws JournalException {
        var entries = new ArrayList<Entry>();
        long bytes = 0;
        try {
            select.setString(1, topic);
            select.setInt(2, maxRecords);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    bytes += rows.getInt("size");
                    if (bytes > maxBytes && !entries.isEmpty()) {
                        break;
                    }
                    entries.add(entry(rows));
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw failure(e, "The spill cannot be read");
        }
        return entries;
    }

    synchronized void delete(String topic, Collection<Entry> entries) throws JournalException {
        try {
            for (var entry : entries) {
                delete.setLong(1, entry.id());
                delete.executeUpdate();
            }
            connection.commit();
            long bytes = entries.stream().mapToLong(Entry::size).sum();
            depth = depth.with(topic, new Totals(-entries.size(), -bytes), readOldest());
        } catch (SQLException e) {
            throw failure(e, "The spill cannot be written");
        }
    }

    /// Gives the disk back what is not needed any more, the words of people among it. Only where nothing waits.
    synchronized void shrink() throws JournalException {
        if (!depth.byTopic().isEmpty() || file.toFile().length() < WORTH_SHRINKING_BYTES) {
            return;
        }
        try (var statement = connection.createStatement()) {
            connection.setAutoCommit(true); // neither is allowed in a transaction
            statement.execute("VACUUM");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw failure(e, "The spill cannot be made smaller");
        }
    }

    /// Writes and syncs a little, to see whether the disk works.
    synchronized void prove(Instant now) throws JournalException {
        try {
            touch.setLong(1, now.toEpochMilli());
            touch.executeUpdate();
            connection.commit();
        } catch (SQLException e) {
            throw failure(e, "The spill cannot be written");
        }
    }

    Depth depth() {
        return depth;
    }

    @Override
    public synchronized void close() throws JournalException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e, "The spill cannot be closed");
        }
    }

    private void count() throws SQLException {
        var byTopic = new HashMap<String, Totals>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT topic, count(*) AS records, sum(size) AS bytes
                        FROM waiting
                        GROUP BY topic
                        """)) {
            while (rows.next()) {
                byTopic.put(rows.getString("topic"), new Totals(rows.getLong("records"), rows.getLong("bytes")));
            }
        }
        depth = new Depth(Map.copyOf(byTopic), readOldest());
    }

    private @Nullable Instant readOldest() throws SQLException {
        try (var rows = oldest.executeQuery()) {
            return rows.next() ? Instant.ofEpochMilli(rows.getLong(1)) : null;
        } finally {
            connection.commit();
        }
    }

    private static Entry entry(ResultSet rows) throws SQLException {
        var spilled = new SpilledRecord(
                rows.getString("topic"),
                rows.getString("record_key"),
                rows.getBytes("headers"),
                rows.getBytes("value"),
                Instant.ofEpochMilli(rows.getLong("spilled_at")));
        boolean isWhole = spilled.checksum() == rows.getLong("checksum");
        return new Entry(rows.getLong("id"), rows.getInt("size"), spilled, isWhole);
    }

    private static void makeDirectory(Path directory) throws JournalException {
        try {
            if (Files.isDirectory(directory)) {
                return;
            }
            if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            throw new JournalException(Kind.DISK_FAILED, "The spill's directory " + directory + " cannot be made", e);
        }
    }

    private static void closeQuietly(@Nullable Connection connection, SQLException because) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    private static JournalException failure(SQLException e, String what) {
        var code = e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        var kind = switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED -> Kind.HELD;
            case SQLITE_CORRUPT, SQLITE_NOTADB -> Kind.DAMAGED;
            case SQLITE_FULL -> Kind.DISK_FULL;
            default -> Kind.DISK_FAILED;
        };
        // SQLite's own words name no value of a row
        return new JournalException(kind, what + " (" + code.name() + ")", e);
    }
}

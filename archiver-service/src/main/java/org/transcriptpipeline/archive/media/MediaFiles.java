package org.transcriptpipeline.archive.media;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.media.ContentStore.StoredFile;
import org.transcriptpipeline.archive.merge.MessageState;
import org.transcriptpipeline.twilio.TwilioClients;

/// Which media there are and what became of each, in Postgres: a crash forgets none, and several archivers share the
/// work. All times are the database's.
@Component
public class MediaFiles {

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final MediaProperties properties;
    private final Set<String> fetched;

    MediaFiles(
            JdbcTemplate jdbc, TransactionTemplate transactions, MediaProperties properties, TwilioClients accounts) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.properties = properties;
        this.fetched = properties.isOn() ? accounts.accountSids() : Set.of();
    }

    /// Notes the media of these messages, whose rows are merged already. Runs in the transaction of their batch, one
    /// statement, none for a batch without media. What is noted stays as it is.
    public void note(Collection<MessageState> messages) {
        note(messages, true);
    }

    /// The same for messages whose media are not to be fetched, since their records were replayed: they are noted as
    /// skipped, unless they were noted before.
    public void noteWithoutFetching(Collection<MessageState> messages) {
        note(messages, false);
    }

    private void note(Collection<MessageState> messages, boolean isFetching) {
        var withMedia = messages.stream()
                .filter(MediaFiles::hasMedia)
                .map(MessageState::messageSid)
                .sorted()
                .toArray(String[]::new);
        if (withMedia.length == 0) {
            return;
        }
        jdbc.update(
                """
                INSERT INTO store.media_files (
                    media_sid, account_sid, conversation_sid, message_sid, content_type, size_bytes, filename, status, last_error
                )
                SELECT DISTINCT ON (t.media_sid)
                    t.media_sid, t.account_sid, t.conversation_sid, t.message_sid, t.content_type, t.size_bytes, t.filename,
                    CASE WHEN t.not_fetched IS NULL THEN 'pending' ELSE 'skipped' END,
                    t.not_fetched
                FROM (
                    SELECT
                        a.item ->> 'sid' AS media_sid,
                        m.account_sid,
                        m.conversation_sid,
                        m.message_sid,
                        a.item ->> 'contentType' AS content_type,
                        (a.item ->> 'sizeBytes')::bigint AS size_bytes,
                        a.item ->> 'filename' AS filename,
                        CASE
                            WHEN NOT ? THEN 'its record was replayed'
                            WHEN m.account_sid <> ALL (?::text[]) THEN 'no directory is set for media, or its account has no secret'
                            WHEN LEAST(m.sent_at, m.first_received_at) < now() - ?::interval THEN 'its message was old when it came'
                        END AS not_fetched
                    FROM store.messages m
                    CROSS JOIN LATERAL jsonb_array_elements(m.media) AS a (item)
                    WHERE m.message_sid = ANY (?::text[]) AND m.removed_at IS NULL AND a.item ->> 'sid' ~ '^ME[0-9A-Za-z]{1,64}$'
                ) t
                ORDER BY t.media_sid
                ON CONFLICT (media_sid) DO NOTHING
                """,
                isFetching,
                fetched.toArray(String[]::new),
                properties.maxAge().toString(),
                withMedia);
    }

    private static boolean hasMedia(MessageState message) {
        var media = message.registers().text(MessageState.Field.MEDIA);
        return media != null && !media.equals("[]");
    }

    /// Takes the medium that has been due for longest, of these accounts, for the time of a lease.
    @Nullable
    Claim claim(Collection<String> accountSids) {
        return jdbc
                .query(
                        """
                        WITH due AS (
                            SELECT f.media_sid, f.message_sid, f.conversation_sid
                            FROM store.media_files f
                            WHERE f.status = 'pending' AND f.due_at <= now() AND f.account_sid = ANY (?)
                            ORDER BY f.due_at
                            LIMIT 1
                            FOR UPDATE SKIP LOCKED
                        )
                        UPDATE store.media_files AS f
                        SET due_at = now() + ?::interval, attempts = f.attempts + 1
                        FROM due
                        LEFT JOIN store.messages m ON m.message_sid = due.message_sid
                        LEFT JOIN store.conversations c ON c.conversation_sid = due.conversation_sid
                        WHERE f.media_sid = due.media_sid
                        RETURNING
                            f.media_sid,
                            f.account_sid,
                            f.conversation_sid,
                            coalesce(f.service_sid, c.service_sid) AS service_sid,
                            f.content_type,
                            f.size_bytes,
                            f.attempts,
                            m.removed_at IS NOT NULL AS is_removed,
                            f.created_at < now() - ?::interval AS is_last
                        """,
                        MediaFiles::claim,
                        accountSids.toArray(String[]::new),
                        properties.lease().toString(),
                        properties.giveUpAfter().toString())
                .stream()
                .findFirst()
                .orElse(null);
    }

    /// Whether there is anything to claim.
    boolean isWaiting(Collection<String> accountSids) {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("""
                SELECT EXISTS (
                    SELECT FROM store.media_files f WHERE f.status = 'pending' AND f.due_at <= now() AND f.account_sid = ANY (?)
                )
                """, Boolean.class, (Object) accountSids.toArray(String[]::new)));
    }

    long pendingCount() {
        var count = jdbc.queryForObject("SELECT count(*) FROM store.media_files WHERE status = 'pending'", Long.class);
        return count == null ? 0 : count;
    }

    void learned(Claim claim, String serviceSid) {
        jdbc.update("UPDATE store.media_files SET service_sid = ? WHERE media_sid = ?", serviceSid, claim.mediaSid());
    }

    /// @return false: it was erased while it was being fetched, and its file is to be removed
    boolean stored(Claim claim, StoredFile file) {
        return Boolean.TRUE.equals(transactions.execute(_ -> {
            lock(file.sha256());
            return note(claim, file) || !isToBeRemoved(file);
        }));
    }

    private boolean note(Claim claim, StoredFile file) {
        return jdbc.update("""
                UPDATE store.media_files
                SET status = 'stored', last_error = NULL, sha256 = ?, stored_type = ?, stored_bytes = ?, stored_at = now()
                WHERE media_sid = ? AND status = 'pending'
                """, file.sha256(), file.contentType(), file.bytes(), claim.mediaSid()) == 1;
    }

    /// Nobody names the file: its medium was erased. Where another archiver noted it first, it is named.
    private boolean isToBeRemoved(StoredFile file) {
        return jdbc.update("""
                INSERT INTO store.media_removals (sha256)
                SELECT ?
                WHERE NOT EXISTS (SELECT FROM store.media_files f WHERE f.sha256 = ?)
                ON CONFLICT (sha256) DO UPDATE SET requested_at = now(), removed_at = NULL
                """, file.sha256(), file.sha256()) == 1;
    }

    /// The file was removed between its keeping and its noting, for another medium with the same bytes.
    void fetchAgain(Claim claim) {
        jdbc.update("""
                UPDATE store.media_files
                SET
                    status = 'pending', sha256 = NULL, stored_type = NULL, stored_bytes = NULL, stored_at = NULL, due_at = now()
                WHERE media_sid = ? AND status = 'stored'
                """, claim.mediaSid());
    }

    /// Files that no row names any more since their media were erased.
    List<String> toRemove(int most) {
        return jdbc.query("""
                SELECT r.sha256
                FROM store.media_removals r
                WHERE r.removed_at IS NULL
                ORDER BY r.requested_at
                LIMIT ?
                """, (row, _) -> row.getString("sha256"), most);
    }

    /// Removes one of these, unless another medium has the same bytes.
    ///
    /// @param removal of the file; what it throws leaves it to the next round
    void remove(String sha256, Runnable removal) {
        transactions.executeWithoutResult(_ -> {
            lock(sha256);
            if (!Boolean.TRUE.equals(jdbc.queryForObject(
                    "SELECT EXISTS (SELECT FROM store.media_files f WHERE f.sha256 = ?)", Boolean.class, sha256))) {
                removal.run();
            }
            jdbc.update("UPDATE store.media_removals SET removed_at = now() WHERE sha256 = ?", sha256);
        });
    }

    /// A file is not removed while somebody notes that it is there.
    private void lock(String sha256) {
        jdbc.query("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", _ -> {}, "media " + sha256);
    }

    /// There will be no file.
    ///
    /// @param status `refused`, `gone` or `skipped`
    /// @param why in words, nothing of a person in it
    void ended(Claim claim, String status, String why) {
        jdbc.update(
                "UPDATE store.media_files SET status = ?, last_error = ? WHERE media_sid = ? AND status = 'pending'",
                status,
                why,
                claim.mediaSid());
    }

    /// Later.
    ///
    /// @param why in words, nothing of a person in it
    void failed(Claim claim, String why, Duration pause) {
        jdbc.update(
                "UPDATE store.media_files SET last_error = ?, due_at = now() + ?::interval WHERE media_sid = ?",
                why,
                pause.toString(),
                claim.mediaSid());
    }

    private static Claim claim(ResultSet row, int rowNumber) throws SQLException {
        return new Claim(
                row.getString("media_sid"),
                row.getString("account_sid"),
                row.getString("conversation_sid"),
                row.getString("service_sid"),
                row.getString("content_type"),
                row.getObject("size_bytes", Long.class),
                row.getInt("attempts"),
                row.getBoolean("is_removed"),
                row.getBoolean("is_last"));
    }
}

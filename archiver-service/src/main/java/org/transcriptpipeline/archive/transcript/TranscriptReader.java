package org.transcriptpipeline.archive.transcript;

import static java.util.Objects.requireNonNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads what a transcript is made of. By the archiver's own rights, which see everything: whoever reads for somebody
/// has asked [org.transcriptpipeline.archive.access.ConversationAccess] before.
@Component
public class TranscriptReader {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<List<KeptMedia>> MEDIA = new TypeReference<>() {};

    private final JdbcTemplate jdbc;

    TranscriptReader(JdbcTemplate jdbc) {
        // the transcript is read in pieces, however long it is
        this.jdbc = new JdbcTemplate(requireNonNull(jdbc.getDataSource(), "a template has a source"));
        this.jdbc.setFetchSize(500);
    }

    /// Runs within the caller's transaction, without which it would be read in one piece.
    ///
    /// @param textBudget characters that the messages may have together; of more, the first and the last are taken
    /// @return null: there is no such conversation
    public @Nullable TranscriptContents read(String conversationSid, int textBudget) {
        var facts = facts(conversationSid);
        if (facts == null) {
            return null;
        }
        var messages = new Excerpt(textBudget);
        var coverage = new Coverage();
        jdbc.query(
                """
                SELECT
                    t.position, t.message_sid, t.index, t.author, t.author_kind, t.direction, t.body, t.sent_at, t.edited_at,
                    t.removed_at, t.delivery_status, t.delivery_error_code, t.delivery_error, e.advice, t.is_contradictory,
                    t.is_stub, store.media_with_files(m.media, m.account_sid) AS media,
                    EXISTS (
                        SELECT
                        FROM store.deliveries d
                        WHERE d.message_sid = t.message_sid AND d.status IN ('failed', 'undelivered')
                    ) AS has_failed
                FROM transcripts.transcript(?) t
                JOIN store.messages m ON m.message_sid = t.message_sid
                LEFT JOIN store.error_codes e ON e.error_code = t.delivery_error_code AND e.language = 'en'
                ORDER BY t.position
                """,
                row -> {
                    var message = message(row);
                    messages.add(message);
                    coverage.add(message, row.getBoolean("has_failed"));
                },
                conversationSid);
        return new TranscriptContents(
                facts.accountSid(),
                facts.conversation(),
                facts.verdict(),
                facts.messageCount(),
                facts.failedCount(),
                facts.missingCount(),
                facts.lastActiveAt(),
                participants(conversationSid),
                messages.all(),
                messages.omitted(),
                messages.omittedAfter(),
                coverage);
    }

    private @Nullable Facts facts(String conversationSid) {
        return jdbc
                .query(
                        """
                        SELECT
                            c.account_sid, c.friendly_name, c.unique_name, c.state, c.channel, c.customer_addresses,
                            c.our_address, c.started_at, c.closed_at, c.removed_at, c.verdict, c.verdict_reason, c.message_count,
                            c.failed_count, c.missing_count,
                            greatest(c.first_received_at, c.last_message_at, c.closed_at, c.removed_at) AS last_active_at
                        FROM transcripts.conversations c
                        WHERE c.conversation_sid = ?
                        """,
                        (row, _) -> new Facts(
                                row.getString("account_sid"),
                                new TranscriptSnapshot.Conversation(
                                        row.getString("friendly_name"),
                                        row.getString("unique_name"),
                                        row.getString("state"),
                                        row.getString("channel"),
                                        List.of((String[]) row.getArray("customer_addresses")
                                                .getArray()),
                                        row.getString("our_address"),
                                        time(row, "started_at"),
                                        time(row, "closed_at"),
                                        time(row, "removed_at")),
                                new TranscriptSnapshot.Verdict(
                                        row.getString("verdict"), row.getString("verdict_reason")),
                                row.getInt("message_count"),
                                row.getInt("failed_count"),
                                row.getInt("missing_count"),
                                requireNonNull(time(row, "last_active_at"), "last_active_at")),
                        conversationSid)
                .stream()
                .findFirst()
                .orElse(null);
    }

    private List<TranscriptSnapshot.Participant> participants(String conversationSid) {
        return jdbc.query(
                """
                SELECT
                    p.participant_sid, p.identity, p.address, p.channel, p.left_at,
                    (
                        -- the same identity may be another person in another service
                        SELECT u.friendly_name
                        FROM store.users u
                        LEFT JOIN store.conversations c ON c.conversation_sid = p.conversation_sid
                        WHERE u.account_sid = p.account_sid AND u.identity = p.identity AND u.friendly_name <> ''
                        ORDER BY u.service_sid IS NOT DISTINCT FROM c.service_sid DESC, u.user_sid
                        LIMIT 1
                    ) AS name
                FROM transcripts.participants p
                WHERE p.conversation_sid = ?
                ORDER BY p.joined_at NULLS LAST, p.participant_sid
                LIMIT 1000
                """,
                (row, _) -> new TranscriptSnapshot.Participant(
                        row.getString("participant_sid"),
                        row.getString("identity"),
                        row.getString("address"),
                        row.getString("channel"),
                        time(row, "left_at"),
                        row.getString("name")),
                conversationSid);
    }

    private static TranscriptSnapshot.Message message(ResultSet row) throws SQLException {
        var media = row.getString("media");
        return new TranscriptSnapshot.Message(
                row.getLong("position"),
                row.getString("message_sid"),
                row.getObject("index", Long.class),
                row.getString("author"),
                row.getString("author_kind"),
                row.getString("direction"),
                row.getString("body"),
                time(row, "sent_at"),
                time(row, "edited_at"),
                time(row, "removed_at"),
                media == null || row.getObject("removed_at") != null ? List.of() : media(media),
                row.getString("delivery_status"),
                row.getObject("delivery_error_code", Integer.class),
                row.getString("delivery_error"),
                row.getString("advice"),
                row.getBoolean("is_contradictory"),
                row.getBoolean("is_stub"));
    }

    private static List<TranscriptSnapshot.Media> media(String json) {
        return JSON.readValue(json, MEDIA).stream()
                .map(m ->
                        new TranscriptSnapshot.Media(m.sid(), m.contentType(), m.filename(), m.sizeBytes(), m.sha256()))
                .toList();
    }

    /// An attachment as the message's row has it, with the hash of its file where there is one; type and size are the
    /// file's then.
    private record KeptMedia(
            @Nullable String sid,
            @Nullable String contentType,
            @Nullable String filename,
            @Nullable Long sizeBytes,
            @Nullable String sha256) {

        @Override
        public String toString() {
            return "KeptMedia[" + sid + "]";
        }
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private record Facts(
            String accountSid,
            TranscriptSnapshot.Conversation conversation,
            TranscriptSnapshot.Verdict verdict,
            int messageCount,
            int failedCount,
            int missingCount,
            Instant lastActiveAt) {}
}

package org.transcriptpipeline.archive.handoff;

import static java.util.Objects.requireNonNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Takes the immutable picture of a conversation that a handoff is rendered from, and marks the handoff as ready.
@Component
class SnapshotWriter {

    private static final int ROW_CHARACTERS = 200; // what a message costs beside its text
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};
    private static final TypeReference<List<KeptMedia>> MEDIA = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final HandoffProperties properties;
    private final SnapshotCodec codec = new SnapshotCodec();

    SnapshotWriter(JdbcTemplate jdbc, HandoffProperties properties) {
        // the transcript is read in pieces, however long it is
        this.jdbc = new JdbcTemplate(requireNonNull(jdbc.getDataSource(), "a template has a source"));
        this.jdbc.setFetchSize(500);
        this.properties = properties;
    }

    /// Runs in a transaction of its own.
    ///
    /// @return null when the handoff is no longer settling
    @Nullable
    TranscriptSnapshot take(String handoffId) {
        var handoff = jdbc.query("""
                        SELECT
                            h.account_sid, h.conversation_sid, h.execution_sid, h.flow_sid, h.trigger, h.reason, h.note,
                            h.answers, h.version, h.requested_at, now() AS taken_at
                        FROM store.handoffs h
                        WHERE h.handoff_id = ? AND h.status = 'settling'
                        FOR UPDATE
                        """, SnapshotWriter::handoff, handoffId).stream()
                .findFirst()
                .orElse(null);
        if (handoff == null) {
            return null;
        }
        var snapshot = snapshot(handoffId, handoff);
        store(snapshot, highestIndex(handoff.conversationSid()));
        return snapshot;
    }

    private TranscriptSnapshot snapshot(String handoffId, HandoffRow handoff) {
        var facts = facts(handoff.conversationSid());
        var messages = new Excerpt(properties.textBudget());
        jdbc.query(
                """
                SELECT
                    t.position, t.message_sid, t.index, t.author, t.author_kind, t.direction, t.body, t.sent_at, t.edited_at,
                    t.removed_at, t.delivery_status, t.delivery_error_code, t.delivery_error, e.advice, t.is_contradictory,
                    t.is_stub, store.media_with_files(m.media, m.account_sid) AS media
                FROM transcripts.transcript(?) t
                JOIN store.messages m ON m.message_sid = t.message_sid
                LEFT JOIN store.error_codes e ON e.error_code = t.delivery_error_code AND e.language = 'en'
                ORDER BY t.position
                """,
                row -> {
                    messages.add(message(row));
                },
                handoff.conversationSid());
        return new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                handoffId,
                handoff.version(),
                handoff.accountSid(),
                handoff.conversationSid(),
                handoff.executionSid(),
                handoff.flowSid(),
                handoff.trigger(),
                handoff.reason(),
                handoff.note(),
                handoff.answers() == null ? Map.of() : JSON.readValue(handoff.answers(), ANSWERS),
                handoff.requestedAt(),
                handoff.takenAt(),
                facts.conversation(),
                facts.verdict(),
                facts.messageCount(),
                facts.failedCount(),
                facts.missingCount(),
                participants(handoff.conversationSid()),
                messages.all(),
                messages.omitted(),
                messages.omittedAfter(),
                TranscriptReady.TRANSCRIPT,
                null);
    }

    private void store(TranscriptSnapshot snapshot, @Nullable Long highestIndex) {
        var content = codec.encode(snapshot);
        jdbc.update(
                """
                INSERT INTO store.handoff_snapshots (
                    handoff_id, version, account_sid, conversation_sid, content, content_sha256, verdict, verdict_reason,
                    message_count, failed_count, missing_count, covers_through_index, created_at
                )
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now())
                """,
                snapshot.handoffId(),
                snapshot.version(),
                snapshot.accountSid(),
                snapshot.conversationSid(),
                content,
                SnapshotCodec.sha256(content),
                snapshot.verdict().verdict(),
                snapshot.verdict().reason(),
                snapshot.messageCount(),
                snapshot.failedCount(),
                snapshot.missingCount(),
                highestIndex);
        jdbc.update("""
                UPDATE store.handoffs
                SET status = 'ready', ready_at = now()
                WHERE handoff_id = ?
                """, snapshot.handoffId());
    }

    /// The conversation's row exists: the trigger made it.
    private Facts facts(String conversationSid) {
        return requireNonNull(jdbc.queryForObject(
                """
                SELECT
                    c.friendly_name, c.unique_name, c.state, c.channel, c.customer_addresses, c.our_address, c.started_at,
                    c.closed_at, c.removed_at, c.verdict, c.verdict_reason, c.message_count, c.failed_count, c.missing_count
                FROM transcripts.conversations c
                WHERE c.conversation_sid = ?
                """,
                (row, _) -> new Facts(
                        new TranscriptSnapshot.Conversation(
                                row.getString("friendly_name"),
                                row.getString("unique_name"),
                                row.getString("state"),
                                row.getString("channel"),
                                List.of((String[])
                                        row.getArray("customer_addresses").getArray()),
                                row.getString("our_address"),
                                time(row, "started_at"),
                                time(row, "closed_at"),
                                time(row, "removed_at")),
                        new TranscriptSnapshot.Verdict(row.getString("verdict"), row.getString("verdict_reason")),
                        row.getInt("message_count"),
                        row.getInt("failed_count"),
                        row.getInt("missing_count")),
                conversationSid));
    }

    private List<TranscriptSnapshot.Participant> participants(String conversationSid) {
        return jdbc.query(
                """
                SELECT p.participant_sid, p.identity, p.address, p.channel, p.left_at
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
                        null),
                conversationSid);
    }

    private @Nullable Long highestIndex(String conversationSid) {
        return jdbc.queryForObject("""
                SELECT max(m.index)
                FROM store.messages m
                WHERE m.conversation_sid = ?
                """, Long.class, conversationSid);
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

    private static HandoffRow handoff(ResultSet row, int rowNumber) throws SQLException {
        return new HandoffRow(
                row.getString("account_sid"),
                row.getString("conversation_sid"),
                row.getString("execution_sid"),
                row.getString("flow_sid"),
                row.getString("trigger"),
                row.getString("reason"),
                row.getString("note"),
                row.getString("answers"),
                row.getInt("version"),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                row.getObject("taken_at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private record Facts(
            TranscriptSnapshot.Conversation conversation,
            TranscriptSnapshot.Verdict verdict,
            int messageCount,
            int failedCount,
            int missingCount) {}

    private record HandoffRow(
            String accountSid,
            String conversationSid,
            @Nullable String executionSid,
            @Nullable String flowSid,
            String trigger,
            @Nullable String reason,
            @Nullable String note,
            @Nullable String answers,
            int version,
            Instant requestedAt,
            Instant takenAt) {}

    /// The messages that fit: all of them, or the first quarter of the budget and as many of the last as fill the
    /// rest.
    static final class Excerpt {

        private final int headBudget;
        private final int tailBudget;
        private final List<TranscriptSnapshot.Message> head = new ArrayList<>();
        private final Deque<TranscriptSnapshot.Message> tail = new ArrayDeque<>();
        private int headSize;
        private int tailSize;
        private int omitted;

        Excerpt(int budget) {
            this.headBudget = budget / 4;
            this.tailBudget = budget - headBudget;
        }

        void add(TranscriptSnapshot.Message message) {
            int size = size(message);
            if (tail.isEmpty() && headSize + size <= headBudget) {
                head.add(message);
                headSize += size;
                return;
            }
            tail.addLast(message);
            tailSize += size;
            while (tailSize > tailBudget && tail.size() > 1) {
                tailSize -= size(tail.removeFirst());
                omitted++;
            }
        }

        List<TranscriptSnapshot.Message> all() {
            var all = new ArrayList<>(head);
            all.addAll(tail);
            return all;
        }

        int omitted() {
            return omitted;
        }

        int omittedAfter() {
            return omitted == 0 ? 0 : head.size();
        }

        private static int size(TranscriptSnapshot.Message message) {
            return ROW_CHARACTERS + (message.body() == null ? 0 : message.body().length());
        }
    }
}

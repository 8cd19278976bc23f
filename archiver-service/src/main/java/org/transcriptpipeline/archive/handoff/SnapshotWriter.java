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

/// Takes the immutable pictures of a conversation that a handoff is rendered from: its transcript, which makes it
/// ready, and the versions that come later.
@Component
class SnapshotWriter {

    private static final int ROW_CHARACTERS = 200; // what a message costs beside its text
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};
    private static final TypeReference<List<KeptMedia>> MEDIA = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final HandoffProperties properties;
    private final HandoffPlans plans;
    private final SnapshotCodec codec = new SnapshotCodec();

    SnapshotWriter(JdbcTemplate jdbc, HandoffProperties properties, HandoffPlans plans) {
        // the transcript is read in pieces, however long it is
        this.jdbc = new JdbcTemplate(requireNonNull(jdbc.getDataSource(), "a template has a source"));
        this.jdbc.setFetchSize(500);
        this.properties = properties;
        this.plans = plans;
    }

    /// Takes the transcript. Runs in a transaction of its own.
    ///
    /// @return null when the handoff is no longer settling
    @Nullable
    TranscriptSnapshot take(String handoffId) {
        var handoff = locked(handoffId);
        if (handoff == null || !handoff.status().equals("settling")) {
            return null;
        }
        var version = new NewVersion(handoff.version(), TranscriptReady.TRANSCRIPT, null, 0, 0);
        var snapshot = write(handoffId, handoff, version);
        ready(handoffId, handoff);
        return snapshot;
    }

    /// Takes another version, with the next number, while the caller's transaction holds the handoff's row.
    ///
    /// @param kind `follow_up` or `reminder`
    /// @param follows the version that it adds to or reminds of
    TranscriptSnapshot takeAnother(String handoffId, String kind, int follows, int newMessages, int newFailures) {
        var handoff = requireNonNull(locked(handoffId), "a handoff that is there");
        var version = new NewVersion(handoff.version() + 1, kind, follows, newMessages, newFailures);
        var snapshot = write(handoffId, handoff, version);
        number(handoffId, version.number());
        return snapshot;
    }

    /// Repeats the newest picture under the next number, word by word. Runs in a transaction of its own.
    ///
    /// @return null when there is nothing to repeat
    @Nullable
    TranscriptSnapshot repeat(String handoffId) {
        var handoff = locked(handoffId);
        if (handoff == null) {
            return null;
        }
        // a reminder is no picture for those who had the transcript, see the watch
        var newest = jdbc.query("""
                        SELECT s.version, s.content
                        FROM store.handoff_snapshots s
                        WHERE s.handoff_id = ? AND s.kind <> 'reminder' AND s.content <> '' -- erased
                        ORDER BY s.version DESC
                        LIMIT 1
                        """, (row, _) -> codec.decode(row.getString("content")), handoffId).stream()
                .findFirst()
                .orElse(null);
        if (newest == null) {
            return null;
        }
        var again = again(newest, handoff.version() + 1, handoff.takenAt());
        var content = codec.encode(again);
        jdbc.update(
                """
                INSERT INTO store.handoff_snapshots (
                    handoff_id, version, account_sid, conversation_sid, content, content_sha256, verdict, verdict_reason,
                    message_count, failed_count, missing_count, covers_through_index, created_at, kind, follows_version,
                    channel, our_address, answers, covers_indexes, failed_messages
                )
                SELECT
                    s.handoff_id, ?, s.account_sid, s.conversation_sid, ?, ?, s.verdict, s.verdict_reason,
                    s.message_count, s.failed_count, s.missing_count, s.covers_through_index, now(), ?, s.version,
                    s.channel, s.our_address, s.answers, s.covers_indexes, s.failed_messages
                FROM store.handoff_snapshots s
                WHERE s.handoff_id = ? AND s.version = ?
                """,
                again.version(),
                content,
                SnapshotCodec.sha256(content),
                again.kind(),
                handoffId,
                newest.version());
        number(handoffId, again.version());
        return again;
    }

    private @Nullable HandoffRow locked(String handoffId) {
        return jdbc.query("""
                        SELECT
                            h.account_sid, h.conversation_sid, h.execution_sid, h.flow_sid, h.trigger, h.reason, h.note,
                            h.answers, h.version, h.requested_at, h.status, h.rule, now() AS taken_at
                        FROM store.handoffs h
                        WHERE h.handoff_id = ?
                        FOR UPDATE
                        """, SnapshotWriter::handoff, handoffId).stream()
                .findFirst()
                .orElse(null);
    }

    /// The transcript was taken: what comes later is watched. It is looked at once in any case, for what was stored
    /// while the picture was taken. A newer handoff of the conversation takes the place of older ones, so that one
    /// thing that happens is told once; what a person asked for stands beside them.
    private void ready(String handoffId, HandoffRow handoff) {
        var followUps = plans.followUps(handoff.rule());
        var takeOverWithin = plans.takeOverWithin(handoff.rule());
        jdbc.update(
                """
                UPDATE store.handoffs
                SET
                    status = 'ready',
                    ready_at = now(),
                    watch_until = now() + ?::interval,
                    look_at = now(),
                    remind_at = now() + ?::interval
                WHERE handoff_id = ?
                """,
                followUps.isOff() ? null : followUps.watchFor().toString(),
                takeOverWithin == null ? null : takeOverWithin.toString(),
                handoffId);
        jdbc.update("""
                UPDATE store.handoffs
                SET watch_until = NULL, look_at = NULL, follow_up_at = NULL, remind_at = NULL
                WHERE conversation_sid = ?
                    AND handoff_id <> ?
                    AND status = 'ready'
                    AND (trigger = 'on_demand') = (?::text = 'on_demand')
                    AND (watch_until IS NOT NULL OR remind_at IS NOT NULL)
                """, handoff.conversationSid(), handoffId, handoff.trigger());
    }

    private void number(String handoffId, int version) {
        jdbc.update("""
                UPDATE store.handoffs
                SET version = ?
                WHERE handoff_id = ?
                """, version, handoffId);
    }

    private static TranscriptSnapshot again(TranscriptSnapshot picture, int version, Instant takenAt) {
        return new TranscriptSnapshot(
                picture.format(),
                picture.handoffId(),
                version,
                picture.accountSid(),
                picture.conversationSid(),
                picture.executionSid(),
                picture.flowSid(),
                picture.trigger(),
                picture.reason(),
                picture.note(),
                picture.answers(),
                picture.requestedAt(),
                takenAt,
                picture.conversation(),
                picture.verdict(),
                picture.messageCount(),
                picture.failedCount(),
                picture.missingCount(),
                picture.participants(),
                picture.messages(),
                picture.omittedMessages(),
                picture.omittedAfter(),
                TranscriptReady.RESEND,
                picture.version());
    }

    private TranscriptSnapshot write(String handoffId, HandoffRow handoff, NewVersion version) {
        var facts = facts(handoff.conversationSid());
        var messages = new Excerpt(properties.textBudget());
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
                handoff.conversationSid());
        var snapshot = new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                handoffId,
                version.number(),
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
                version.kind(),
                version.follows());
        store(snapshot, version, coverage, handoff.answers());
        return snapshot;
    }

    private void store(TranscriptSnapshot snapshot, NewVersion version, Coverage coverage, @Nullable String answers) {
        var content = codec.encode(snapshot);
        jdbc.update(
                """
                INSERT INTO store.handoff_snapshots (
                    handoff_id, version, account_sid, conversation_sid, content, content_sha256, verdict, verdict_reason,
                    message_count, failed_count, missing_count, covers_through_index, created_at, kind, follows_version,
                    channel, our_address, answers, new_messages, new_failures, covers_indexes, failed_messages
                )
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now(), ?, ?, ?, ?, ?::jsonb, ?, ?, ?::int8multirange, ?)
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
                coverage.highestIndex(),
                snapshot.kind(),
                snapshot.followsVersion(),
                snapshot.conversation().channel(),
                snapshot.conversation().ourAddress(),
                answers,
                version.newMessages(),
                version.newFailures(),
                coverage.indexes(),
                coverage.failedMessages());
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
                row.getString("status"),
                row.getString("rule"),
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
            String status,
            @Nullable String rule,
            Instant takenAt) {
        @Override
        public String toString() {
            return "HandoffRow[" + conversationSid + "]"; // reason, note and answers are somebody's words
        }
    }

    /// @param follows the version that it adds to or reminds of; null: none
    private record NewVersion(
            int number, String kind, @Nullable Integer follows, int newMessages, int newFailures) {}

    /// What a picture holds, so that later nobody has to read it to see what is new.
    static final class Coverage {

        private final StringBuilder ranges = new StringBuilder();
        private final List<String> failedMessages = new ArrayList<>();
        private long from = -1;
        private long to = -1; // exclusive
        private @Nullable Long highestIndex;

        void add(TranscriptSnapshot.Message message, boolean hasFailed) {
            if (hasFailed) {
                failedMessages.add(message.messageSid());
            }
            var index = message.index();
            if (index == null) {
                return;
            }
            highestIndex = highestIndex == null ? index : Math.max(highestIndex, index);
            if (index != to) {
                end();
                from = index;
            }
            to = index + 1;
        }

        /// A multirange; Postgres sorts and joins its parts.
        String indexes() {
            end();
            from = to;
            return "{" + ranges + "}";
        }

        String[] failedMessages() {
            return failedMessages.toArray(String[]::new);
        }

        @Nullable
        Long highestIndex() {
            return highestIndex;
        }

        private void end() {
            if (from < to) {
                ranges.append(ranges.isEmpty() ? "" : ",")
                        .append('[')
                        .append(from)
                        .append(',')
                        .append(to)
                        .append(')');
            }
        }
    }

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

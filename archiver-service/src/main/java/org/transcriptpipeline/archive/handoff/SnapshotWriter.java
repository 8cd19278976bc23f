package org.transcriptpipeline.archive.handoff;

import static java.util.Objects.requireNonNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.transcript.Coverage;
import org.transcriptpipeline.archive.transcript.TranscriptReader;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Takes the immutable pictures of a conversation that a handoff is rendered from: its transcript, which makes it
/// ready, and the versions that come later.
@Component
class SnapshotWriter {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final TranscriptReader transcripts;
    private final HandoffProperties properties;
    private final HandoffPlans plans;
    private final SnapshotCodec codec = new SnapshotCodec();

    SnapshotWriter(JdbcTemplate jdbc, TranscriptReader transcripts, HandoffProperties properties, HandoffPlans plans) {
        this.jdbc = jdbc;
        this.transcripts = transcripts;
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
        // the conversation's row exists: the trigger made it
        var contents = requireNonNull(
                transcripts.read(handoff.conversationSid(), properties.textBudget()), "a conversation that is there");
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
                contents.conversation(),
                contents.verdict(),
                contents.messageCount(),
                contents.failedCount(),
                contents.missingCount(),
                contents.participants(),
                contents.messages(),
                contents.omittedMessages(),
                contents.omittedAfter(),
                version.kind(),
                version.follows());
        store(snapshot, version, contents.coverage(), handoff.answers());
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
}

package org.transcriptpipeline.archive.handoff;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.reconcile.EventOutlet;
import org.transcriptpipeline.event.EventId;
import org.transcriptpipeline.event.HandoffRequested;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.SourceKind;
import tools.jackson.databind.json.JsonMapper;

/// What people ask for: a handoff, the same again, whether somebody has it, "I have it".
@Component
public class HandoffDesk {

    private static final Logger log = LoggerFactory.getLogger(HandoffDesk.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final EventOutlet outlet;
    private final SnapshotWriter snapshots;
    private final MeterRegistry meters;

    HandoffDesk(
            JdbcTemplate jdbc,
            TransactionTemplate transactions,
            EventOutlet outlet,
            SnapshotWriter snapshots,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.outlet = outlet;
        this.snapshots = snapshots;
        this.meters = meters;
    }

    /// Asks for a handoff. It is made when the event comes back, as all handoffs are.
    ///
    /// @param requestId asking again with the same, and the same note, is asking once
    /// @param requestedBy the user name that signed in
    /// @return the id that it will have; null: the store does not know the conversation
    /// @throws EventOutlet.NotPublishedException when Kafka does not take it; nothing was asked for then, or the
    ///     same may
    ///     be asked again
    public @Nullable String request(String conversationSid, String requestId, @Nullable String note, String requestedBy)
            throws InterruptedException {
        var conversation = jdbc
                .query(
                        """
                        SELECT c.account_sid, now() AS now
                        FROM store.conversations c
                        WHERE c.conversation_sid = ? AND c.erased_through IS DISTINCT FROM 'infinity'
                        """,
                        (row, _) -> new Known(
                                row.getString("account_sid"), time(row.getObject("now", OffsetDateTime.class))),
                        conversationSid)
                .stream()
                .findFirst()
                .orElse(null);
        if (conversation == null) {
            return null;
        }
        var body = body(conversationSid, requestId, note);
        var eventId = EventId.of(conversation.accountSid(), SourceKind.API, body);
        outlet.publish(List.of(new HandoffRequested(
                conversationSid,
                requestId,
                note,
                requestedBy,
                new Source(
                        SourceKind.API,
                        eventId,
                        conversation.accountSid(),
                        conversation.now(),
                        null,
                        null,
                        "application/json",
                        "handoff-requested",
                        null,
                        null,
                        body,
                        List.of()))));
        var handoffId = Handoff.id(conversationSid, eventId);
        count("requested", handoffId);
        return handoffId;
    }

    private static byte[] body(String conversationSid, String requestId, @Nullable String note) {
        var request = new LinkedHashMap<String, String>();
        request.put("conversationSid", conversationSid);
        request.put("requestId", requestId);
        if (note != null) {
            request.put("note", note);
        }
        return JSON.writeValueAsString(request).getBytes(StandardCharsets.UTF_8);
    }

    /// What came of asking for the same again.
    public sealed interface Resent {}

    /// @param version under which it goes out
    public record Repeated(int version) implements Resent {}

    /// It had expired, so there was nothing to repeat: it settles now, and its transcript goes out as version 1.
    public record Released() implements Resent {}

    /// It settles still.
    public record NotReady() implements Resent {}

    /// There is no such handoff.
    public record Unknown() implements Resent {}

    /// Has the newest transcript sent once more.
    public Resent resend(String handoffId) {
        var resent = transactions.execute(_ -> resendNow(handoffId));
        if (resent == null) {
            throw new IllegalStateException("a transaction without a result");
        }
        switch (resent) {
            case Repeated _ -> count("resend", handoffId);
            case Released _ -> count("released", handoffId);
            case NotReady _, Unknown _ -> {}
        }
        return resent;
    }

    private Resent resendNow(String handoffId) {
        // its deadline is now: nobody waits a day and then another minute
        int released = jdbc.update("""
                UPDATE store.handoffs
                SET status = 'settling', deadline_at = now(), next_check_at = now()
                WHERE handoff_id = ? AND status = 'expired'
                """, handoffId);
        if (released > 0) {
            return new Released();
        }
        var repeated = snapshots.repeat(handoffId);
        if (repeated != null) {
            return new Repeated(repeated.version());
        }
        return isKnown(handoffId) ? new NotReady() : new Unknown();
    }

    private boolean isKnown(String handoffId) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "SELECT EXISTS (SELECT FROM store.handoffs WHERE handoff_id = ?)", Boolean.class, handoffId));
    }

    /// Somebody says "I have it". The first one has it; for all others nothing changes.
    ///
    /// @param by the fingerprint of the destination, or the user name that signed in
    /// @return null when there is no such handoff
    public @Nullable State take(String handoffId, String by) {
        int taken = jdbc.update("""
                UPDATE store.handoffs
                SET taken_at = now(), taken_by = ?
                WHERE handoff_id = ? AND taken_at IS NULL
                """, by, handoffId);
        if (taken > 0) {
            count("taken", handoffId);
        }
        return state(handoffId);
    }

    /// @return null when there is no such handoff
    public @Nullable State state(String handoffId) {
        var versions = jdbc.query(
                """
                SELECT
                    s.version, s.kind, s.follows_version, s.created_at, s.published_at, s.verdict, s.message_count,
                    s.new_messages, s.new_failures, s.content_sha256
                FROM store.handoff_snapshots s
                WHERE s.handoff_id = ?
                ORDER BY s.version
                LIMIT 1000
                """,
                (row, _) -> new Version(
                        row.getInt("version"),
                        row.getString("kind"),
                        row.getObject("follows_version", Integer.class),
                        time(row.getObject("created_at", OffsetDateTime.class)),
                        timeOrNull(row.getObject("published_at", OffsetDateTime.class)),
                        row.getString("verdict"),
                        row.getInt("message_count"),
                        row.getInt("new_messages"),
                        row.getInt("new_failures"),
                        row.getString("content_sha256")),
                handoffId);
        return jdbc
                .query(
                        """
                        SELECT
                            h.handoff_id, h.account_sid, h.conversation_sid, h.execution_sid, h.flow_sid, h.trigger, h.rule,
                            h.status, h.requested_at, h.requested_by, h.taken_at, h.taken_by
                        FROM store.handoffs h
                        WHERE h.handoff_id = ?
                        """,
                        (row, _) -> new State(
                                row.getString("handoff_id"),
                                row.getString("account_sid"),
                                row.getString("conversation_sid"),
                                row.getString("execution_sid"),
                                row.getString("flow_sid"),
                                row.getString("trigger"),
                                row.getString("rule"),
                                row.getString("status"),
                                time(row.getObject("requested_at", OffsetDateTime.class)),
                                row.getString("requested_by"),
                                timeOrNull(row.getObject("taken_at", OffsetDateTime.class)),
                                row.getString("taken_by"),
                                versions),
                        handoffId)
                .stream()
                .findFirst()
                .orElse(null);
    }

    /// One handoff, without anybody's words.
    ///
    /// @param takenBy the fingerprint of the destination, or the user name that signed in; null: nobody has it
    public record State(
            String handoffId,
            String accountSid,
            String conversationSid,
            @Nullable String executionSid,
            @Nullable String flowSid,
            String trigger,
            @Nullable String rule,
            String status,
            Instant requestedAt,
            @Nullable String requestedBy,
            @Nullable Instant takenAt,
            @Nullable String takenBy,
            List<Version> versions) {

        public State {
            versions = List.copyOf(versions);
        }

        @Override
        public String toString() {
            return "State[" + handoffId + " " + status + "]";
        }
    }

    /// One version of it, see the view `handoffs`.
    public record Version(
            int version,
            String kind,
            @Nullable Integer followsVersion,
            Instant readyAt,
            @Nullable Instant publishedAt,
            String verdict,
            int messageCount,
            int newMessages,
            int newFailures,
            String contentSha256) {}

    private void count(String state, String handoffId) {
        meters.counter("transcripts_handoffs", "state", state).increment();
        log.atInfo()
                .addKeyValue("handoffId", handoffId)
                .addKeyValue("state", state)
                .log("A person's word about a handoff");
    }

    private static Instant time(OffsetDateTime time) {
        return time.toInstant();
    }

    private static @Nullable Instant timeOrNull(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private record Known(String accountSid, Instant now) {}
}

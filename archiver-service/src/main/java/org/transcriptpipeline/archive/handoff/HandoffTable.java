package org.transcriptpipeline.archive.handoff;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.handoff.HandoffPlans.Place;

/// Handoffs and the triggers that they stand for, a fixed number of statements however many.
@Component
class HandoffTable {

    private final JdbcTemplate jdbc;
    private final HandoffProperties properties;

    HandoffTable(JdbcTemplate jdbc, HandoffProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /// Which of these were seen before.
    Set<String> seen(Collection<String> triggerIds) {
        return new HashSet<>(jdbc.queryForList("""
            SELECT event_id
            FROM store.handoff_triggers
            WHERE event_id = ANY (?)
            """, String.class, (Object) triggerIds.toArray(String[]::new)));
    }

    /// The handoffs of these conversations, locked; of each the newest first.
    Map<String, List<Handoff>> newestFirst(Collection<String> conversationSids) {
        Map<String, List<Handoff>> byConversation = new HashMap<>();
        jdbc.query(
                """
                SELECT
                    h.handoff_id, h.account_sid, h.conversation_sid, h.execution_sid, h.flow_sid, h.trigger, h.reason, h.note,
                    h.answers, h.requested_at, h.requested_by,
                    extract(epoch FROM h.deadline_at - h.created_at) AS deadline_seconds,
                    -- the transcript alone: a follow-up tells what came after the end, and makes nothing of it one end
                    (
                        SELECT max(s.covers_through_index)
                        FROM store.handoff_snapshots s
                        WHERE s.handoff_id = h.handoff_id AND s.kind = 'transcript'
                    ) AS covers
                FROM store.handoffs h
                WHERE h.conversation_sid = ANY (?)
                ORDER BY h.requested_at DESC, h.handoff_id
                FOR UPDATE
                """,
                row -> {
                    var handoff = read(row);
                    byConversation
                            .computeIfAbsent(handoff.conversationSid(), _ -> new ArrayList<>())
                            .add(handoff);
                },
                (Object) conversationSids.toArray(String[]::new));
        return byConversation;
    }

    /// The customers' messages that may separate two ends.
    Map<String, List<CustomerMessage>> customerMessages(Collection<String> conversationSids) {
        Map<String, List<CustomerMessage>> byConversation = new HashMap<>();
        if (conversationSids.isEmpty()) {
            return byConversation;
        }
        jdbc.query(
                """
                SELECT m.conversation_sid, m.index, m.first_received_at
                FROM store.messages m
                WHERE m.conversation_sid = ANY (?)
                    AND m.author_kind = 'customer'
                    AND m.index IS NOT NULL
                ORDER BY m.index DESC
                LIMIT 10000
                """,
                row -> {
                    byConversation
                            .computeIfAbsent(row.getString("conversation_sid"), _ -> new ArrayList<>())
                            .add(new CustomerMessage(
                                    row.getLong("index"),
                                    row.getTimestamp("first_received_at").toInstant()));
                },
                (Object) conversationSids.toArray(String[]::new));
        return byConversation;
    }

    /// What rules may ask of these conversations.
    Map<String, Place> places(Collection<String> conversationSids) {
        Map<String, Place> byConversation = new HashMap<>();
        jdbc.query(
                """
                SELECT c.conversation_sid, c.our_address, c.channel
                FROM store.conversations c
                WHERE c.conversation_sid = ANY (?)
                """,
                row -> {
                    byConversation.put(
                            row.getString("conversation_sid"),
                            new Place(row.getString("our_address"), row.getString("channel")));
                },
                (Object) conversationSids.toArray(String[]::new));
        return byConversation;
    }

    /// @param plans of each of the handoffs, in their order
    /// @param isExpired none of them is handed over by itself, whatever its age
    /// @return how many of them are expired: they ended too long ago for anybody to be told, or were to be
    int insert(List<Handoff> made, List<Plan> plans, boolean isExpired) {
        if (made.isEmpty()) {
            return 0;
        }
        var states = jdbc.queryForList(
                """
                INSERT INTO store.handoffs (
                    handoff_id, account_sid, conversation_sid, execution_sid, flow_sid, trigger, reason, note, answers,
                    requested_at, requested_by, rule, quiet_window, waits_for_delivery, status, deadline_at, next_check_at
                )
                SELECT
                    t.handoff_id, t.account_sid, t.conversation_sid, t.execution_sid, t.flow_sid, t.trigger, t.reason, t.note,
                    t.answers::jsonb, t.requested_at::timestamptz, t.requested_by, t.rule, t.quiet_window::interval,
                    t.waits_for_delivery,
                    CASE WHEN ? OR t.occurred_at::timestamptz < now() - ?::interval THEN 'expired' ELSE 'settling' END,
                    now() + t.deadline::interval, now()
                FROM unnest(
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[]
                ) AS t (
                    handoff_id, account_sid, conversation_sid, execution_sid, flow_sid, trigger, reason, note, answers,
                    requested_at, occurred_at, requested_by, rule, quiet_window, deadline, waits_for_delivery
                )
                ON CONFLICT (handoff_id) DO NOTHING
                RETURNING status
                """,
                String.class,
                isExpired,
                properties.expireAfter().toString(),
                texts(made, Handoff::handoffId),
                texts(made, Handoff::accountSid),
                texts(made, Handoff::conversationSid),
                texts(made, Handoff::executionSid),
                texts(made, Handoff::flowSid),
                texts(made, Handoff::trigger),
                texts(made, Handoff::reason),
                texts(made, Handoff::note),
                texts(made, Handoff::answers),
                texts(made, h -> h.requestedAt().toString()),
                texts(made, h -> h.occurredAt().toString()),
                texts(made, Handoff::requestedBy),
                texts(plans, Plan::rule),
                texts(plans, plan -> plan.quietWindow().toString()),
                texts(plans, plan -> plan.deadline().toString()),
                plans.stream().map(Plan::waitsForDelivery).toArray(Boolean[]::new));
        return Collections.frequency(states, "expired");
    }

    void update(List<Handoff> changed) {
        if (changed.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                UPDATE store.handoffs AS h
                SET
                    execution_sid = t.execution_sid,
                    flow_sid = t.flow_sid,
                    trigger = t.trigger,
                    reason = t.reason,
                    note = t.note,
                    answers = t.answers::jsonb,
                    requested_at = t.requested_at::timestamptz
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    AS t (handoff_id, execution_sid, flow_sid, trigger, reason, note, answers, requested_at)
                WHERE h.handoff_id = t.handoff_id
                """,
                texts(changed, Handoff::handoffId),
                texts(changed, Handoff::executionSid),
                texts(changed, Handoff::flowSid),
                texts(changed, Handoff::trigger),
                texts(changed, Handoff::reason),
                texts(changed, Handoff::note),
                texts(changed, Handoff::answers),
                texts(changed, h -> h.requestedAt().toString()));
    }

    /// @param handoffIds the handoff that each of the triggers belongs to, in their order
    void remember(List<Trigger> triggers, List<String> handoffIds) {
        jdbc.update(
                """
                INSERT INTO store.handoff_triggers (event_id, handoff_id, account_sid, trigger, received_at)
                SELECT t.event_id, t.handoff_id, t.account_sid, t.trigger, t.received_at::timestamptz
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    AS t (event_id, handoff_id, account_sid, trigger, received_at)
                ON CONFLICT (event_id) DO NOTHING
                """,
                texts(triggers, Trigger::triggerId),
                handoffIds.toArray(String[]::new),
                texts(triggers, Trigger::accountSid),
                texts(triggers, t -> t.kind().wireName()),
                texts(triggers, t -> t.receivedAt().toString()));
    }

    /// @param receivedAt when it was first heard of
    record CustomerMessage(long index, Instant receivedAt) {}

    private static Handoff read(ResultSet row) throws SQLException {
        var requestedAt = row.getObject("requested_at", OffsetDateTime.class).toInstant();
        return new Handoff(
                row.getString("handoff_id"),
                row.getString("account_sid"),
                row.getString("conversation_sid"),
                row.getString("execution_sid"),
                row.getString("flow_sid"),
                row.getString("trigger"),
                row.getString("reason"),
                row.getString("note"),
                row.getString("answers"),
                requestedAt,
                requestedAt,
                row.getString("requested_by"),
                row.getObject("covers", Long.class),
                Duration.ofMillis(
                        row.getBigDecimal("deadline_seconds").movePointRight(3).longValue()));
    }

    private static <T> String[] texts(List<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }
}

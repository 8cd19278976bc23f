package org.transcriptpipeline.archive.store;

import java.util.Comparator;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// Events that are kept whole, see [KeptEvent]. An event seen twice is one row.
final class KeptEventTable {

    private final JdbcTemplate jdbc;

    KeptEventTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void keepUnrecognised(List<KeptEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        var sorted = sorted(events);
        jdbc.update(
                """
                INSERT INTO store.unrecognised_events AS u (
                    event_id, account_sid, conversation_sid, event_type, source, reason, received_at, record
                )
                SELECT
                    t.event_id, t.account_sid, t.conversation_sid, t.event_type, t.source, t.reason,
                    t.received_at::timestamptz, t.record
                FROM unnest(
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[]
                ) AS t (event_id, account_sid, conversation_sid, event_type, source, reason, received_at, record)
                ON CONFLICT (event_id) DO UPDATE
                SET received_at = excluded.received_at, record = excluded.record
                WHERE excluded.received_at < u.received_at
                """,
                MergedTable.texts(sorted, KeptEvent::eventId),
                MergedTable.texts(sorted, KeptEvent::accountSid),
                MergedTable.texts(sorted, KeptEvent::conversationSid),
                MergedTable.texts(sorted, KeptEvent::eventType),
                MergedTable.texts(sorted, KeptEvent::source),
                MergedTable.texts(sorted, KeptEvent::reason),
                MergedTable.times(sorted, KeptEvent::receivedAt),
                MergedTable.bytes(sorted, KeptEvent::record));
    }

    void keepPreAction(List<KeptEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        var sorted = sorted(events);
        jdbc.update(
                """
                INSERT INTO store.pre_action_events AS p (event_id, account_sid, event_type, record_key, received_at, record)
                SELECT t.event_id, t.account_sid, t.event_type, t.record_key, t.received_at::timestamptz, t.record
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[])
                    AS t (event_id, account_sid, event_type, record_key, received_at, record)
                ON CONFLICT (event_id) DO UPDATE
                SET received_at = excluded.received_at, record = excluded.record
                WHERE excluded.received_at < p.received_at
                """,
                MergedTable.texts(sorted, KeptEvent::eventId),
                MergedTable.texts(sorted, KeptEvent::accountSid),
                MergedTable.texts(sorted, KeptEvent::eventType),
                MergedTable.texts(sorted, KeptEvent::key),
                MergedTable.times(sorted, KeptEvent::receivedAt),
                MergedTable.bytes(sorted, KeptEvent::record));
    }

    /// One per id, the earliest received, in the order of the ids: a statement must not meet a key twice.
    private static List<KeptEvent> sorted(List<KeptEvent> events) {
        var byId = new java.util.TreeMap<String, KeptEvent>();
        var earliest = java.util.function.BinaryOperator.minBy(Comparator.comparing(KeptEvent::receivedAt));
        events.forEach(event -> byId.merge(event.eventId(), event, earliest));
        return List.copyOf(byId.values());
    }
}

package org.transcriptpipeline.archive.store;

import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.util.Collection;
import java.util.Comparator;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.DeliveryEvent;

/// The history of deliveries: append-only, each state once.
final class DeliveryEventTable {

    /// The order of the unique key, so that concurrent inserts do not wait for each other in a circle.
    private static final Comparator<DeliveryEvent> BY_KEY = Comparator.comparing(
                    (DeliveryEvent e) -> e.key().channelMessageSid())
            .thenComparing(e -> e.key().status())
            .thenComparing(e -> e.key().source())
            .thenComparing(e -> e.key().errorCode(), nullsFirst(naturalOrder()))
            .thenComparing(e -> e.key().occurredAt(), nullsFirst(naturalOrder()))
            .thenComparing(e -> e.key().carrierDoneDate(), nullsFirst(naturalOrder()));

    private final JdbcTemplate jdbc;

    DeliveryEventTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void append(Collection<DeliveryEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        var sorted = events.stream().sorted(BY_KEY).toList();
        jdbc.update(
                """
                INSERT INTO store.delivery_events AS e (
                    channel_message_sid, account_sid, status, error_code, occurred_at, received_at, source, carrier_done_date
                )
                SELECT
                    t.channel_message_sid, t.account_sid, t.status, t.error_code, t.occurred_at::timestamptz,
                    t.received_at::timestamptz, t.source, t.carrier_done_date
                FROM unnest(
                    ?::text[], ?::text[], ?::text[], ?::integer[], ?::text[], ?::text[], ?::text[], ?::text[]
                ) AS t (
                    channel_message_sid, account_sid, status, error_code, occurred_at, received_at, source, carrier_done_date
                )
                ON CONFLICT ON CONSTRAINT delivery_events_once DO UPDATE
                SET received_at = excluded.received_at
                WHERE excluded.received_at < e.received_at
                """,
                MergedTable.texts(sorted, e -> e.key().channelMessageSid()),
                MergedTable.texts(sorted, DeliveryEvent::accountSid),
                MergedTable.texts(sorted, e -> e.key().status()),
                MergedTable.integers(sorted, e -> e.key().errorCode()),
                MergedTable.times(sorted, e -> e.key().occurredAt()),
                MergedTable.times(sorted, DeliveryEvent::receivedAt),
                MergedTable.texts(sorted, e -> e.key().source()),
                MergedTable.texts(sorted, e -> e.key().carrierDoneDate()));
    }
}

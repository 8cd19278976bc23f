package org.transcriptpipeline.archive.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.event.SourceKind;

/// How far the store is behind, per account and source.
@Component
public class Freshness {

    /// @param occurredAt Twilio's time of the event; null where it gives none
    public record Seen(
            String accountSid,
            String source,
            @Nullable Instant occurredAt,
            Instant firstReceivedAt,
            Instant receivedAt) {

        public Seen(String accountSid, String source, @Nullable Instant occurredAt, Instant receivedAt) {
            this(accountSid, source, occurredAt, receivedAt, receivedAt);
        }

        private Seen merge(Seen other) {
            var occurred = occurredAt == null || (other.occurredAt != null && other.occurredAt.isAfter(occurredAt))
                    ? other.occurredAt
                    : occurredAt;
            return new Seen(
                    accountSid,
                    source,
                    occurred,
                    firstReceivedAt.isBefore(other.firstReceivedAt) ? firstReceivedAt : other.firstReceivedAt,
                    receivedAt.isAfter(other.receivedAt) ? receivedAt : other.receivedAt);
        }
    }

    /// What of a source's first receipt others depend on: the hour, so that it hardly ever moves.
    private static final ChronoUnit GRAIN = ChronoUnit.HOURS;

    private final JdbcTemplate jdbc;
    /// By account, the hour of the first announcement that is known to be stored.
    private final Map<String, Instant> announcedSince = new ConcurrentHashMap<>();

    Freshness(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Runs in the caller's transaction.
    ///
    /// @return the accounts that Twilio turns out to have told of something in an earlier hour than was known: what
    ///     was lost since then counts anew
    public Set<String> note(List<Seen> seen) {
        var byKey = new TreeMap<String, Seen>();
        seen.forEach(s -> byKey.merge(s.accountSid() + ' ' + s.source(), s, Seen::merge));
        if (byKey.isEmpty()) {
            return Set.of();
        }
        var earlier = announcedEarlier(byKey.values());
        var latest = byKey.values().stream()
                .sorted(Comparator.comparing(Seen::accountSid).thenComparing(Seen::source))
                .toList();
        jdbc.update(
                """
                INSERT INTO store.freshness AS f (
                    account_sid, source, last_occurred_at, first_received_at, last_received_at, last_stored_at
                )
                SELECT
                    t.account_sid, t.source, t.occurred_at::timestamptz, t.first_received_at::timestamptz,
                    t.received_at::timestamptz, clock_timestamp()
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    AS t (account_sid, source, occurred_at, first_received_at, received_at)
                ON CONFLICT (account_sid, source) DO UPDATE
                SET
                    first_received_at = LEAST(f.first_received_at, excluded.first_received_at),
                    last_occurred_at = GREATEST(f.last_occurred_at, excluded.last_occurred_at),
                    last_received_at = GREATEST(f.last_received_at, excluded.last_received_at),
                    last_stored_at = CASE
                        WHEN excluded.last_received_at >= f.last_received_at THEN excluded.last_stored_at
                        ELSE f.last_stored_at
                    END
                """,
                MergedTable.texts(latest, Seen::accountSid),
                MergedTable.texts(latest, Seen::source),
                MergedTable.times(latest, Seen::occurredAt),
                MergedTable.times(latest, Seen::firstReceivedAt),
                MergedTable.times(latest, Seen::receivedAt));
        return earlier;
    }

    private Set<String> announcedEarlier(Collection<Seen> seen) {
        var earlier = new TreeSet<String>();
        for (var one : seen) {
            var hour = one.firstReceivedAt().truncatedTo(GRAIN);
            var known = announcedSince.get(one.accountSid());
            if (!isAnnouncement(one.source()) || (known != null && !hour.isBefore(known))) {
                continue;
            }
            var stored = storedSince(one.accountSid());
            if (stored == null || hour.isBefore(stored)) {
                earlier.add(one.accountSid()); // not remembered here: this transaction may yet be rolled back
            } else {
                announcedSince.put(one.accountSid(), stored);
            }
        }
        return earlier;
    }

    private static boolean isAnnouncement(String source) {
        return source.equals(SourceKind.WEBHOOK.wireName()) || source.equals(SourceKind.EVENT_STREAM.wireName());
    }

    private @Nullable Instant storedSince(String accountSid) {
        var first = jdbc.queryForObject("""
                SELECT min(f.first_received_at)
                FROM store.freshness f
                WHERE f.account_sid = ? AND f.source IN ('webhook', 'event_stream')
                """, OffsetDateTime.class, accountSid);
        return first == null ? null : first.toInstant().truncatedTo(GRAIN);
    }
}

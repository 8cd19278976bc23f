package org.transcriptpipeline.archive.reconcile;

import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.event.IntakeResumed;
import org.transcriptpipeline.twilio.TwilioClients;

/// Asks for sweeps: once a day for the conversations of the last days, and after an outage for those that began since.
///
/// Twilio lists by creation and knows no "changed since": older conversations in which something happened lately
/// come from the store.
@Component
public class SweepRequests {

    /// A conversation in which nothing was said for longer was hardly going on when the intake went away.
    private static final Duration TALK = Duration.ofMinutes(30);

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final TwilioClients accounts;
    private final ReconcileProperties properties;

    SweepRequests(
            JdbcTemplate jdbc,
            TransactionTemplate transactions,
            TwilioClients accounts,
            ReconcileProperties properties) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.accounts = accounts;
        this.properties = properties;
    }

    /// One sweep an account and day, after that hour, however many archivers there are and whenever they run.
    @Scheduled(
            initialDelayString = "${transcripts.reconcile.sweep-check:10m}",
            fixedDelayString = "${transcripts.reconcile.sweep-check:10m}")
    void daily() {
        ScheduledRound.run(
                "ask for the daily sweep",
                () -> accounts.accountSids()
                        .forEach(accountSid -> transactions.executeWithoutResult(_ -> {
                            int made = jdbc.update(
                                    """
                            INSERT INTO store.reconciliation_sweeps (sweep_id, account_sid, reason, created_from)
                            SELECT ? || ':' || u.today::date, ?, 'sweep', now() - ?::interval
                            FROM (SELECT now() AT TIME ZONE 'UTC' AS today) u
                            WHERE extract(hour FROM u.today) >= ?
                            ON CONFLICT (sweep_id) DO NOTHING
                            """,
                                    accountSid,
                                    accountSid,
                                    properties.sweepWindow().toString(),
                                    properties.sweepHour());
                            if (made == 1) {
                                requestSince(ReconcileReason.SWEEP, accountSid, properties.sweepWindow());
                            }
                        })));
    }

    /// The intake was away: conversations that began since, and those in which something was said shortly before.
    /// Where it cannot know since when, its last request tells. Runs in the transaction of a batch. Seen again it
    /// does nothing, and what is older than a day is the daily sweep's.
    public void after(List<IntakeResumed> resumptions) {
        for (var resumed : resumptions) {
            var accountSid = resumed.source().accountSid();
            if (accounts.client(accountSid) == null) {
                continue;
            }
            var away = jdbc
                    .query(
                            """
                            INSERT INTO store.reconciliation_sweeps (sweep_id, account_sid, reason, created_from)
                            SELECT 'outage:' || ?, ?, 'outage', a.since
                            FROM (
                                SELECT coalesce(?::timestamptz, max(f.last_received_at)) - interval '1 minute' AS since
                                FROM store.freshness f
                                WHERE f.account_sid = ? AND f.source IN ('webhook', 'event_stream')
                            ) a
                            WHERE a.since > now() - interval '1 day'
                            ON CONFLICT (sweep_id) DO NOTHING
                            RETURNING extract(epoch FROM now() - created_from)::bigint AS seconds
                            """,
                            (row, _) -> Duration.ofSeconds(row.getLong("seconds")),
                            resumed.source().eventId(),
                            accountSid,
                            resumed.awaySince() == null
                                    ? null
                                    : resumed.awaySince().toString(),
                            accountSid)
                    .stream()
                    .findFirst();
            away.ifPresent(time -> requestSince(ReconcileReason.OUTAGE, accountSid, time.plus(TALK)));
        }
    }

    /// Conversations of the store in which something was said lately.
    private void requestSince(ReconcileReason reason, String accountSid, Duration window) {
        jdbc.update("""
                INSERT INTO store.reconciliations (
                    conversation_sid, account_sid, service_sid, reason, priority, is_whole, order_at
                )
                SELECT c.conversation_sid, c.account_sid, c.service_sid, ?, ?, ?, c.last_message_at
                FROM store.conversations c
                WHERE c.account_sid = ? AND c.removed_at IS NULL AND c.last_message_at > now() - ?::interval
                ON CONFLICT (conversation_sid) DO NOTHING
                """, reason.columnValue(), reason.priority(), reason.isWhole(), accountSid, window.toString());
    }
}

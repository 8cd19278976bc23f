package org.transcriptpipeline.archive.reconcile;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.twilio.TwilioClients;

/// What makes a conversation's list worth reading, beside a handoff and a command: it was closed, messages are
/// missing, Twilio could not deliver.
@Component
public class ReconciliationTriggers {

    private final JdbcTemplate jdbc;
    private final ReconciliationQueue queue;
    private final TwilioClients accounts;
    private final AtomicLong waiting;

    ReconciliationTriggers(JdbcTemplate jdbc, ReconciliationQueue queue, TwilioClients accounts, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.queue = queue;
        this.accounts = accounts;
        this.waiting = meters.gauge("transcripts_reconcile_queue", new AtomicLong());
    }

    /// Something told that these were closed, or that a request about them failed.
    ///
    /// @param toldAt when we heard of it: a listing since then has seen it
    public record Told(String conversationSid, String accountSid, Instant toldAt) {}

    /// Runs in the transaction of a batch. What is replayed asks for nothing where the list was read since.
    public void told(ReconcileReason reason, List<Told> told) {
        var ours = told.stream()
                .filter(t -> accounts.client(t.accountSid()) != null)
                .toList();
        if (ours.isEmpty()) {
            return;
        }
        var unseen = jdbc.query(
                """
                SELECT t.conversation_sid, t.account_sid
                FROM unnest(?::text[], ?::text[], ?::text[]) AS t (conversation_sid, account_sid, told_at)
                LEFT JOIN store.conversations c ON c.conversation_sid = t.conversation_sid
                WHERE c.listed_at IS NULL OR c.listed_at < t.told_at::timestamptz
                """,
                (row, _) -> new ReconcileRequest(
                        row.getString("conversation_sid"), row.getString("account_sid"), null, null, null),
                ours.stream().map(Told::conversationSid).toArray(String[]::new),
                ours.stream().map(Told::accountSid).toArray(String[]::new),
                ours.stream().map(t -> t.toldAt().toString()).toArray(String[]::new));
        queue.request(reason, unseen);
    }

    /// Messages that are missing for longer than their grace time, and that no listing since then has explained.
    @Scheduled(fixedDelayString = "${transcripts.reconcile.missing-interval:5s}")
    void lookForMissing() {
        if (accounts.accountSids().isEmpty()) {
            return;
        }
        ScheduledRound.run("look for missing messages", () -> {
            jdbc.update(
                    """
                    INSERT INTO store.reconciliations (
                        conversation_sid, account_sid, service_sid, reason, priority, is_whole, order_at
                    )
                    SELECT c.conversation_sid, c.account_sid, c.service_sid, ?, ?, ?, c.missing_since
                    FROM store.conversations c
                    CROSS JOIN store.verdict_settings s
                    WHERE c.missing_count > 0
                        AND c.missing_since + s.missing_grace < now()
                        AND (c.listed_at IS NULL OR c.listed_at < c.missing_since + s.missing_grace)
                        AND c.removed_at IS NULL
                        AND c.account_sid = ANY (?)
                    ORDER BY c.missing_since
                    LIMIT 1000
                    ON CONFLICT (conversation_sid) DO NOTHING
                    """,
                    ReconcileReason.MISSING.columnValue(),
                    ReconcileReason.MISSING.priority(),
                    ReconcileReason.MISSING.isWhole(),
                    accounts.accountSids().toArray(String[]::new));
            waiting.set(queue.size());
        });
    }
}

package org.transcriptpipeline.archive.reconcile;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.twilio.Page;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.RestConversation;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Walks through an account's conversations at Twilio and puts them into the queue. Who asks for a sweep:
/// [SweepRequests], and the command line. The place is kept after each page, so a kill costs one page.
@Component
class AccountSweeps {

    private static final Logger log = LoggerFactory.getLogger(AccountSweeps.class);
    private static final Duration LEASE = Duration.ofMinutes(2);

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final ReconciliationQueue queue;
    private final TwilioClients accounts;
    private final AccountPauses pauses;
    private final ReconcileProperties properties;
    private final Counter listed;

    AccountSweeps(
            JdbcTemplate jdbc,
            TransactionTemplate transactions,
            ReconciliationQueue queue,
            TwilioClients accounts,
            AccountPauses pauses,
            ReconcileProperties properties,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.queue = queue;
        this.accounts = accounts;
        this.pauses = pauses;
        this.properties = properties;
        this.listed = meters.counter("transcripts_sweep_conversations");
    }

    private record Sweep(
            String sweepId,
            String accountSid,
            @Nullable String serviceSid,
            ReconcileReason reason,
            @Nullable Instant createdFrom,
            @Nullable Instant createdTo,
            @Nullable String nextPageUrl,
            int attempts) {}

    /// Goes on with what is due, page by page.
    @Scheduled(fixedDelayString = "${transcripts.reconcile.check-interval:500ms}")
    void goOn() {
        ScheduledRound.run("sweep", () -> {
            for (var sweep = claim(); sweep != null; sweep = claim()) {
                goOn(sweep);
            }
        });
    }

    private @Nullable Sweep claim() {
        var awake = pauses.awake(accounts.accountSids());
        if (awake.isEmpty()) {
            return null;
        }
        return jdbc.query("""
                        UPDATE store.reconciliation_sweeps AS s
                        SET due_at = now() + ?::interval, attempts = s.attempts + 1
                        FROM (
                            SELECT sweep_id
                            FROM store.reconciliation_sweeps
                            WHERE finished_at IS NULL AND due_at <= now() AND account_sid = ANY (?)
                            ORDER BY due_at
                            LIMIT 1
                            FOR UPDATE SKIP LOCKED
                        ) due
                        WHERE s.sweep_id = due.sweep_id
                        RETURNING s.*
                        """, AccountSweeps::sweep, LEASE.toString(), awake.toArray(String[]::new)).stream()
                .findFirst()
                .orElse(null);
    }

    private void goOn(Sweep sweep) {
        var client = accounts.client(sweep.accountSid());
        if (client == null) {
            return;
        }
        try {
            if (sweep.serviceSid() == null) {
                split(client, sweep);
            } else {
                listPage(client, sweep);
            }
            pauses.wentWell(sweep.accountSid());
        } catch (TwilioException e) {
            pauses.failed(sweep.accountSid(), e);
            failed(sweep, AccountPauses.words(e));
        } catch (ConversationComparer.PartialListException e) {
            failed(sweep, "its list was not a whole one");
        }
    }

    private void failed(Sweep sweep, String words) {
        log.atWarn()
                .addKeyValue("accountSid", sweep.accountSid())
                .addKeyValue("attempts", sweep.attempts())
                .addKeyValue("reason", words)
                .log("Conversations could not be listed; will try again");
        jdbc.update(
                "UPDATE store.reconciliation_sweeps SET last_error = ?, due_at = now() + ?::interval WHERE sweep_id = ?",
                words,
                properties.pauseAfter(sweep.attempts()).toString(),
                sweep.sweepId());
    }

    /// A sweep of the account becomes one of each of its services.
    private void split(TwilioClient client, Sweep sweep) {
        var serviceSids = new java.util.TreeSet<String>();
        for (var page : Pages.of(client::services)) {
            page.items().forEach(service -> serviceSids.add(service.sid()));
        }
        transactions.executeWithoutResult(_ -> {
            jdbc.update("""
                    INSERT INTO store.reconciliation_sweeps (
                        sweep_id, account_sid, service_sid, reason, created_from, created_to
                    )
                    SELECT s.sweep_id || ':' || t.service_sid, s.account_sid, t.service_sid, s.reason, s.created_from, s.created_to
                    FROM store.reconciliation_sweeps s
                    CROSS JOIN unnest(?::text[]) AS t (service_sid)
                    WHERE s.sweep_id = ?
                    ON CONFLICT (sweep_id) DO NOTHING
                    """, serviceSids.toArray(String[]::new), sweep.sweepId());
            finish(sweep.sweepId());
        });
    }

    private void listPage(TwilioClient client, Sweep sweep) {
        var page =
                client.conversations(sweep.serviceSid(), sweep.createdFrom(), sweep.createdTo(), sweep.nextPageUrl());
        if (page.nextPageUrl() != null && page.nextPageUrl().equals(sweep.nextPageUrl())) {
            throw new ConversationComparer.PartialListException("a page names itself as the next one");
        }
        transactions.executeWithoutResult(_ -> {
            queue.request(sweep.reason(), requests(sweep, page));
            var next = page.nextPageUrl();
            if (next == null) {
                finish(sweep.sweepId());
            } else {
                jdbc.update("""
                        UPDATE store.reconciliation_sweeps
                        SET
                            next_page_url = ?,
                            listed_count = listed_count + ?,
                            attempts = 0,
                            last_error = NULL,
                            due_at = now()
                        WHERE sweep_id = ?
                        """, next, page.items().size(), sweep.sweepId());
            }
        });
        listed.increment(page.items().size());
    }

    /// Oldest first, however Twilio orders its pages.
    private static List<ReconcileRequest> requests(Sweep sweep, Page<RestConversation> page) {
        return page.items().stream()
                .filter(c -> isWanted(sweep, c))
                .map(c -> new ReconcileRequest(
                        c.sid(),
                        sweep.accountSid(),
                        c.serviceSid() != null ? c.serviceSid() : sweep.serviceSid(),
                        c.dateCreated(),
                        null))
                .toList();
    }

    /// Twilio lists by whole days; an outage of a minute need not ask for all of them.
    private static boolean isWanted(Sweep sweep, RestConversation conversation) {
        return sweep.reason() != ReconcileReason.OUTAGE
                || sweep.createdFrom() == null
                || conversation.dateCreated() == null
                || !conversation.dateCreated().isBefore(sweep.createdFrom());
    }

    private void finish(String sweepId) {
        jdbc.update(
                "UPDATE store.reconciliation_sweeps SET finished_at = now(), last_error = NULL WHERE sweep_id = ?",
                sweepId);
    }

    private static Sweep sweep(ResultSet row, int rowNumber) throws SQLException {
        return new Sweep(
                row.getString("sweep_id"),
                row.getString("account_sid"),
                row.getString("service_sid"),
                ReconcileReason.valueOf(row.getString("reason").toUpperCase(java.util.Locale.ROOT)),
                time(row, "created_from"),
                time(row, "created_to"),
                row.getString("next_page_url"),
                row.getInt("attempts"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

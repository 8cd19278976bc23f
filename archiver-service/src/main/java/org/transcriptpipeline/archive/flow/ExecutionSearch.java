package org.transcriptpipeline.archive.flow;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.reconcile.EventOutlet;
import org.transcriptpipeline.archive.reconcile.EventOutlet.NotPublishedException;
import org.transcriptpipeline.event.FlowExecutionEnded;
import org.transcriptpipeline.twilio.TwilioException;

/// Looks for the conversations of ended executions that name none, and publishes what it finds like any other word of
/// the end. A few attempts with growing pauses within a day; the claim is the next attempt's time, so a crash costs
/// one pause.
@Component
class ExecutionSearch {

    private static final Logger log = LoggerFactory.getLogger(ExecutionSearch.class);
    private static final int ROUND = 20;

    private final JdbcTemplate jdbc;
    private final ConversationFinder finder;
    private final EventOutlet outlet;
    private final FlowProperties properties;
    private final Clock clock;
    private final MeterRegistry meters;

    ExecutionSearch(
            JdbcTemplate jdbc,
            ConversationFinder finder,
            EventOutlet outlet,
            FlowProperties properties,
            Clock clock,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.finder = finder;
        this.outlet = outlet;
        this.properties = properties;
        this.clock = clock;
        this.meters = meters;
    }

    @Scheduled(fixedDelayString = "${transcripts.flows.search-interval:2s}")
    void search() {
        ScheduledRound.run("search executions", () -> {
            int claimed;
            do {
                claimed = round();
            } while (claimed == ROUND && !Thread.currentThread().isInterrupted());
        });
    }

    private int round() {
        var claimed = claim();
        var found = new ArrayList<FlowExecutionEnded>();
        for (var claim : claimed) {
            var event = find(claim);
            if (event != null) {
                found.add(event);
            }
        }
        if (!found.isEmpty()) {
            publish(found);
        }
        return claimed.size();
    }

    private List<Claim> claim() {
        return jdbc.query(
                """
                WITH due AS (
                    SELECT
                        f.execution_sid, f.account_sid, f.flow_sid, f.contact_address, f.started_at, f.ended_at,
                        f.ended_reason
                    FROM store.flow_executions f
                    LEFT JOIN store.execution_searches s ON s.execution_sid = f.execution_sid
                    WHERE f.conversation_sid IS NULL
                        AND f.ended_at > now() - interval '1 day'
                        AND coalesce(s.attempts, 0) < ?
                        AND coalesce(s.due_at, now()) <= now()
                    ORDER BY f.ended_at
                    LIMIT ?
                    FOR UPDATE OF f SKIP LOCKED
                ),
                claimed AS (
                    INSERT INTO store.execution_searches AS s (execution_sid, attempts, due_at)
                    SELECT d.execution_sid, 1, now() + ?::interval
                    FROM due d
                    ON CONFLICT (execution_sid) DO UPDATE
                    SET attempts = s.attempts + 1, due_at = now() + ?::interval * power(2, least(s.attempts, 10))
                    RETURNING s.execution_sid, s.attempts
                )
                SELECT d.*, c.attempts
                FROM due d
                JOIN claimed c ON c.execution_sid = d.execution_sid
                """,
                ExecutionSearch::read,
                properties.searchAttempts(),
                ROUND,
                properties.searchPause().toString(),
                properties.searchPause().toString());
    }

    private @Nullable FlowExecutionEnded find(Claim claim) {
        var execution = claim.execution();
        try {
            var found = finder.find(execution, claim.attempts() >= properties.searchAttempts());
            tell(claim, found == null ? "none" : found.way().name().toLowerCase(Locale.ROOT), null);
            return found == null ? null : execution.in(found.conversationSid()).event(clock.instant());
        } catch (TwilioException e) {
            tell(claim, "failed", e.getClass().getSimpleName());
            return null;
        }
    }

    private void tell(Claim claim, String outcome, @Nullable String error) {
        jdbc.update(
                "UPDATE store.execution_searches SET last_error = ? WHERE execution_sid = ?",
                error,
                claim.execution().executionSid());
        meters.counter("transcripts_execution_searches", "outcome", outcome).increment();
        log.atInfo()
                .addKeyValue("executionSid", claim.execution().executionSid())
                .addKeyValue("attempt", claim.attempts())
                .addKeyValue("outcome", outcome)
                .addKeyValue("error", error == null ? "none" : error)
                .log("Looked for the conversation of an execution");
    }

    private void publish(List<FlowExecutionEnded> found) {
        try {
            outlet.publish(found);
        } catch (NotPublishedException e) {
            log.atWarn()
                    .addKeyValue("executions", found.size())
                    .log("Kafka did not take the conversations of executions; the next attempt finds them again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Claim(EndedExecution execution, int attempts) {}

    private static Claim read(ResultSet row, int rowNumber) throws SQLException {
        var execution = new EndedExecution(
                row.getString("execution_sid"),
                row.getString("account_sid"),
                row.getString("flow_sid"),
                null,
                row.getString("contact_address"),
                time(row, "started_at"),
                row.getObject("ended_at", OffsetDateTime.class).toInstant(),
                row.getString("ended_reason"));
        return new Claim(execution, row.getInt("attempts"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

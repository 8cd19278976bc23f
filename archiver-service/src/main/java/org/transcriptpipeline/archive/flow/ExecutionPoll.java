package org.transcriptpipeline.archive.flow;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.reconcile.EventOutlet;
import org.transcriptpipeline.archive.reconcile.EventOutlet.NotPublishedException;
import org.transcriptpipeline.twilio.Page;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.RestExecution;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;
import org.transcriptpipeline.twilio.TwilioException;

/// Reads the ended executions of some flows from Twilio's list, for who has no Event Streams. Ends from before the
/// first look are not told. A look that fails is made up for by the next one.
@Component
class ExecutionPoll {

    private static final Logger log = LoggerFactory.getLogger(ExecutionPoll.class);

    /// What ended while the list was being read, or by a clock that differs, is seen by the next look as well.
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    private final JdbcTemplate jdbc;
    private final TwilioClients accounts;
    private final EventOutlet outlet;
    private final FlowProperties properties;
    private final Clock clock;
    private final MeterRegistry meters;

    ExecutionPoll(
            JdbcTemplate jdbc,
            TwilioClients accounts,
            EventOutlet outlet,
            FlowProperties properties,
            Clock clock,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.outlet = outlet;
        this.properties = properties;
        this.clock = clock;
        this.meters = meters;
    }

    @Scheduled(fixedDelayString = "${transcripts.flows.poll-interval:60s}")
    void poll() {
        for (var flowSid : properties.poll()) {
            ScheduledRound.run("poll executions", () -> poll(flowSid));
        }
    }

    private void poll(String flowSid) {
        var polledThrough = claim(flowSid);
        if (polledThrough == null) {
            return; // another archiver has just looked
        }
        try {
            var readAt = read(flowSid, polledThrough);
            jdbc.update(
                    "UPDATE store.flow_polls SET polled_through = coalesce(?::timestamptz, polled_through), last_error = ? WHERE flow_sid = ?",
                    readAt == null ? null : readAt.toString(),
                    readAt == null ? "NoSuchFlow" : null,
                    flowSid);
            tell(flowSid, readAt == null ? "unknown_flow" : "read");
        } catch (TwilioException | NotPublishedException e) {
            var error = e.getClass().getSimpleName();
            jdbc.update("UPDATE store.flow_polls SET last_error = ? WHERE flow_sid = ?", error, flowSid);
            tell(flowSid, "failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Instant claim(String flowSid) {
        jdbc.update("INSERT INTO store.flow_polls (flow_sid) VALUES (?) ON CONFLICT (flow_sid) DO NOTHING", flowSid);
        return jdbc
                .query(
                        """
                        UPDATE store.flow_polls
                        SET due_at = now() + ?::interval / 2
                        WHERE flow_sid = ? AND due_at <= now()
                        RETURNING polled_through
                        """,
                        (row, _) -> row.getObject("polled_through", OffsetDateTime.class)
                                .toInstant(),
                        properties.pollInterval().toString(),
                        flowSid)
                .stream()
                .findFirst()
                .orElse(null);
    }

    /// @return Twilio's time when the list was asked for; null: no account has this flow
    private @Nullable Instant read(String flowSid, Instant polledThrough) throws InterruptedException {
        for (var accountSid : new TreeSet<>(accounts.accountSids())) {
            var client = accounts.client(accountSid);
            if (client == null) {
                continue;
            }
            try {
                return read(client, flowSid, polledThrough);
            } catch (TwilioException.NotFound e) {
                // it is another account's
            }
        }
        return null;
    }

    private @Nullable Instant read(TwilioClient client, String flowSid, Instant polledThrough)
            throws InterruptedException {
        @Nullable Instant readAt = null;
        var from = polledThrough.minus(properties.pollLookback());
        for (Page<RestExecution> page : Pages.of(next -> client.executions(flowSid, from, next))) {
            readAt = readAt != null ? readAt : page.answeredAt();
            var ended = page.items().stream()
                    .filter(execution -> "ended".equals(execution.status()))
                    .filter(execution -> execution.dateUpdated() != null
                            && !execution.dateUpdated().isBefore(polledThrough.minus(OVERLAP)))
                    .toList();
            publish(ended, client.accountSid(), flowSid);
        }
        return readAt;
    }

    private void publish(List<RestExecution> ended, String accountSid, String flowSid) throws InterruptedException {
        if (ended.isEmpty()) {
            return;
        }
        var known = new HashSet<>(jdbc.queryForList(
                "SELECT execution_sid FROM store.flow_executions WHERE execution_sid = ANY (?) AND ended_at IS NOT NULL",
                String.class,
                (Object) ended.stream().map(RestExecution::sid).toArray(String[]::new)));
        var now = clock.instant();
        var news = ended.stream()
                .filter(execution -> !known.contains(execution.sid()))
                .map(execution -> EndedExecution.of(
                                execution,
                                accountSid,
                                flowSid,
                                execution.dateUpdated() == null ? now : execution.dateUpdated())
                        .event(now))
                .toList();
        outlet.publish(news);
        meters.counter("transcripts_executions_polled").increment(news.size());
    }

    private void tell(String flowSid, String outcome) {
        meters.counter("transcripts_flow_polls", "outcome", outcome).increment();
        if (!outcome.equals("read")) {
            log.atWarn()
                    .addKeyValue("flowSid", flowSid)
                    .addKeyValue("outcome", outcome)
                    .log("The executions of a flow could not be read; the next look makes up for it");
        }
    }
}

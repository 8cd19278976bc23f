package org.transcriptpipeline.archive.handoff;

import io.opentelemetry.api.trace.SpanKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.EarlyRound;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.operations.Traces;

/// Tells the notifier of snapshots that it has not been told of. A crash between the record and its mark tells it
/// twice, and the notifier's key makes that one.
@Component
class ReadyPublisher {

    private static final Logger log = LoggerFactory.getLogger(ReadyPublisher.class);
    private static final int ROUND = 50;
    private static final long ACKNOWLEDGEMENT_SECONDS = 15;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final KafkaTemplate<String, byte[]> kafka;
    private final EventRecords records;
    private final Traces traces;
    private final EarlyRound early;

    ReadyPublisher(
            JdbcTemplate jdbc,
            TransactionTemplate transactions,
            KafkaTemplate<String, byte[]> kafka,
            EventCodec codec,
            Traces traces,
            TaskScheduler scheduler) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.kafka = kafka;
        this.records = new EventRecords(codec);
        this.traces = traces;
        this.early = new EarlyRound(scheduler, this::publish);
    }

    /// There is something to say.
    void publishSoon() {
        early.askFor(Duration.ZERO);
    }

    @Scheduled(fixedDelayString = "${transcripts.settling.check-interval:500ms}")
    void publish() {
        ScheduledRound.run("publish", () -> {
            Integer published;
            do {
                published = transactions.execute(_ -> round());
            } while (published != null && published == ROUND);
        });
    }

    /// The rows stay locked until Kafka has acknowledged, so no other archiver sends the same.
    private int round() {
        var unpublished = jdbc.query("""
                SELECT
                    s.handoff_id, s.version, s.account_sid, s.conversation_sid, h.execution_sid, h.flow_sid, h.trigger, h.reason,
                    s.verdict, s.verdict_reason, s.message_count, s.failed_count, s.missing_count, s.content_sha256,
                    h.requested_at, s.created_at, s.kind, s.follows_version,
                    s.new_messages, s.new_failures, h.traceparent
                FROM store.handoff_snapshots s
                JOIN store.handoffs h ON h.handoff_id = s.handoff_id
                WHERE s.published_at IS NULL
                ORDER BY s.created_at
                LIMIT ?
                FOR UPDATE OF s SKIP LOCKED
                """, ReadyPublisher::unpublished, ROUND);
        if (unpublished.isEmpty()) {
            return 0;
        }
        var acknowledged = sendAll(unpublished);
        jdbc.update(
                """
                UPDATE store.handoff_snapshots AS s
                SET published_at = now()
                FROM unnest(?::text[], ?::integer[]) AS t (handoff_id, version)
                WHERE s.handoff_id = t.handoff_id AND s.version = t.version
                """,
                acknowledged.stream().map(TranscriptReady::handoffId).toArray(String[]::new),
                acknowledged.stream().map(TranscriptReady::handoffVersion).toArray(Integer[]::new));
        return acknowledged.size();
    }

    /// Sends until Kafka refuses one; what was not acknowledged stays for the next round.
    private List<TranscriptReady> sendAll(List<Unpublished> unpublished) {
        List<CompletableFuture<?>> sent = new ArrayList<>();
        List<TranscriptReady> acknowledged = new ArrayList<>();
        try {
            for (var one : unpublished) {
                var future = send(one);
                if (future.isCompletedExceptionally()) {
                    break; // no broker: waiting for each of the others would hold the rows for minutes
                }
                sent.add(future);
            }
            for (var future : sent) {
                future.get(ACKNOWLEDGEMENT_SECONDS, TimeUnit.SECONDS);
                acknowledged.add(unpublished.get(acknowledged.size()).ready());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            log.atWarn()
                    .addKeyValue("handoffs", unpublished.size() - acknowledged.size())
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("Kafka did not take the word that transcripts are ready; will try again");
        }
        return acknowledged;
    }

    private CompletableFuture<?> send(Unpublished one) {
        var span = traces.next("announce transcript", SpanKind.PRODUCER, one.traceparent());
        span.setAttribute("transcripts.handoff.id", one.ready().handoffId());
        span.setAttribute("transcripts.handoff.version", one.ready().handoffVersion());
        span.setAttribute("transcripts.conversation.sid", one.ready().conversationSid());
        span.setAttribute("messaging.destination.name", Topics.READY);
        try (var _ = Traces.in(span)) {
            return kafka.send(records.of(one.ready())).whenComplete((_, _) -> span.end());
        }
    }

    /// @param traceparent of the trigger; null: nobody traces it
    private record Unpublished(
            TranscriptReady ready, @Nullable String traceparent) {}

    private static Unpublished unpublished(ResultSet row, int rowNumber) throws SQLException {
        return new Unpublished(ready(row), row.getString("traceparent"));
    }

    private static TranscriptReady ready(ResultSet row) throws SQLException {
        return new TranscriptReady(
                row.getString("handoff_id"),
                row.getInt("version"),
                row.getString("account_sid"),
                row.getString("conversation_sid"),
                row.getString("execution_sid"),
                row.getString("flow_sid"),
                row.getString("trigger"),
                row.getString("reason"),
                row.getString("verdict"),
                row.getString("verdict_reason"),
                row.getInt("message_count"),
                row.getInt("failed_count"),
                row.getInt("missing_count"),
                row.getString("content_sha256"),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("kind"),
                row.getObject("follows_version", Integer.class),
                row.getInt("new_messages"),
                row.getInt("new_failures"));
    }
}

package org.transcriptpipeline.notify.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.event.StorableText;

/// What goes out, to whom, and what came of it. Times are the database's, so that the clocks of several notifiers
/// need not agree.
public final class HandoffLedger {

    private static final int LONGEST_RESPONSE = 2000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Duration giveUpAfter;

    public HandoffLedger(JdbcClient jdbc, TransactionTemplate transaction, Duration giveUpAfter) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.giveUpAfter = giveUpAfter;
    }

    /// Writes down what is to go out. To be called in the transaction that also makes the jobs.
    ///
    /// After a restore a handoff is settled anew and announced with another snapshot; what has not gone out yet
    /// follows the last announcement.
    ///
    /// What is planned for a version is planned with its first announcement: under changed rules a repeat tells
    /// nobody else.
    ///
    /// @return those that were not known before
    public List<DeliveryKey> plan(List<PlannedDelivery> planned) {
        if (planned.isEmpty()) {
            return List.of();
        }
        // Sorted, so that two notifiers with overlapping batches wait for each other and do not deadlock.
        return jdbc
                .sql("""
                        INSERT INTO handoff.deliveries AS d
                            (handoff_id, version, destination_kind, destination, account_sid, conversation_sid, status,
                             response, give_up_at, message_id, snapshot_sha256, rule, destination_name, ready_at,
                             not_before)
                        SELECT DISTINCT ON (t.handoff_id, t.version, t.kind, t.destination)
                            t.handoff_id, t.version, t.kind, t.destination, t.account_sid, t.conversation_sid,
                            CASE WHEN t.held_back IS NULL THEN 'planned' ELSE 'paused' END,
                            t.held_back, now() + make_interval(secs => :giveUpSeconds), t.message_id, t.snapshot_sha256,
                            t.rule, t.destination_name, t.ready_at, t.not_before
                        FROM unnest(:handoffIds::text[], :versions::integer[], :kinds::text[], :destinations::text[],
                                    :accountSids::text[], :conversationSids::text[], :heldBack::text[],
                                    :messageIds::text[], :hashes::text[], :rules::text[], :destinationNames::text[],
                                    :readyAts::timestamptz[], :notBefores::timestamptz[]) WITH ORDINALITY
                            AS t (handoff_id, version, kind, destination, account_sid, conversation_sid, held_back,
                                  message_id, snapshot_sha256, rule, destination_name, ready_at, not_before, place)
                        WHERE NOT EXISTS (
                                SELECT FROM handoff.deliveries o
                                WHERE o.handoff_id = t.handoff_id AND o.version = t.version
                            )
                            OR EXISTS (
                                SELECT FROM handoff.deliveries o
                                WHERE o.handoff_id = t.handoff_id AND o.version = t.version
                                    AND o.destination_kind = t.kind AND o.destination = t.destination
                            )
                        ORDER BY t.handoff_id, t.version, t.kind, t.destination, t.place DESC
                        ON CONFLICT (handoff_id, version, destination_kind, destination) DO UPDATE
                        SET snapshot_sha256 = excluded.snapshot_sha256
                        WHERE d.snapshot_sha256 <> excluded.snapshot_sha256 AND d.status IN ('planned', 'retrying')
                        RETURNING handoff_id, version, destination_kind, destination, xmax = 0 AS is_new
                        """)
                .param("giveUpSeconds", giveUpAfter.toSeconds())
                .param("handoffIds", strings(planned, p -> p.key().handoffId()))
                .param("versions", planned.stream().map(p -> p.key().version()).toArray(Integer[]::new))
                .param(
                        "kinds",
                        strings(planned, p -> p.key().destination().kind().wireName()))
                .param(
                        "destinations",
                        strings(planned, p -> p.key().destination().address()))
                .param("accountSids", strings(planned, PlannedDelivery::accountSid))
                .param("conversationSids", strings(planned, PlannedDelivery::conversationSid))
                .param("heldBack", strings(planned, PlannedDelivery::heldBack))
                .param("messageIds", strings(planned, PlannedDelivery::messageId))
                .param("hashes", strings(planned, PlannedDelivery::snapshotSha256))
                .param("rules", strings(planned, PlannedDelivery::rule))
                .param("destinationNames", strings(planned, PlannedDelivery::destinationName))
                .param("readyAts", times(planned, PlannedDelivery::readyAt))
                .param("notBefores", times(planned, PlannedDelivery::notBefore))
                .query((row, _) -> new Written(
                        new DeliveryKey(
                                row.getString(1),
                                row.getInt(2),
                                new Destination(DestinationKind.of(row.getString(3)), row.getString(4))),
                        row.getBoolean("is_new")))
                .list()
                .stream()
                .filter(Written::isNew)
                .map(Written::key)
                .toList();
    }

    private record Written(DeliveryKey key, boolean isNew) {}

    private static @Nullable String[] strings(
            List<PlannedDelivery> planned, java.util.function.Function<PlannedDelivery, @Nullable String> column) {
        return planned.stream().map(column).toArray(String[]::new);
    }

    /// As text: the driver makes no array of times.
    private static @Nullable String[] times(
            List<PlannedDelivery> planned, java.util.function.Function<PlannedDelivery, @Nullable Instant> column) {
        return planned.stream()
                .map(p -> {
                    var time = column.apply(p);
                    return time == null ? null : time.toString();
                })
                .toArray(String[]::new);
    }

    /// Finds a delivery by what a job knows of it.
    ///
    /// @param fingerprint see [Destination#fingerprint()]
    public @Nullable Delivery find(String handoffId, int version, String fingerprint) {
        return jdbc
                .sql("""
                        SELECT destination_kind, destination, account_sid, conversation_sid, status, attempts,
                            message_id, snapshot_sha256, rule, destination_name, ready_at
                        FROM handoff.deliveries
                        WHERE handoff_id = :handoffId AND version = :version
                        """)
                .param("handoffId", handoffId)
                .param("version", version)
                .query((row, _) -> new Delivery(
                        new DeliveryKey(
                                handoffId,
                                version,
                                new Destination(DestinationKind.of(row.getString(1)), row.getString(2))),
                        row.getString(3),
                        row.getString(4),
                        DeliveryStatus.of(row.getString(5)),
                        row.getInt(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        time(row.getObject(11, OffsetDateTime.class))))
                .list()
                .stream()
                .filter(d -> d.key().destination().fingerprint().equals(fingerprint))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Instant time(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    /// Message-IDs of what this destination got of this handoff before, the first version first.
    public List<String> messageIdsBefore(DeliveryKey key) {
        return of(key, """
                        SELECT message_id
                        FROM handoff.deliveries
                        WHERE handoff_id = :handoffId AND version < :version
                            AND destination_kind = :kind AND destination = :destination
                        ORDER BY version
                        """).query((row, _) -> row.getString(1)).list();
    }

    /// Writes down that a delivery waits for the end of quiet hours.
    public void postpone(DeliveryKey key, Instant until) {
        of(key, """
                UPDATE handoff.deliveries
                SET not_before = :until
                WHERE handoff_id = :handoffId AND version = :version
                    AND destination_kind = :kind AND destination = :destination
                    AND status <> 'sending' AND not_before IS DISTINCT FROM :until
                """).param("until", until.atOffset(ZoneOffset.UTC)).update();
    }

    /// Takes a delivery for one attempt. What this returns is committed: the dialogue may begin.
    public Claim claim(DeliveryKey key, OnDoubt onDoubt) {
        var claim = transaction.execute(_ -> claimInTransaction(key, onDoubt));
        if (claim == null) {
            throw new IllegalStateException("a transaction gives what its body returns");
        }
        return claim;
    }

    private Claim claimInTransaction(DeliveryKey key, OnDoubt onDoubt) {
        var status = DeliveryStatus.of(of(key, """
                        SELECT status
                        FROM handoff.deliveries
                        WHERE handoff_id = :handoffId AND version = :version
                            AND destination_kind = :kind AND destination = :destination
                        FOR UPDATE
                        """).query(String.class).single());
        if (status.isSettled()) {
            return new Claim.Settled(status);
        }
        if (status == DeliveryStatus.SENDING && onDoubt == OnDoubt.ASK) {
            of(key, """
                    UPDATE handoff.deliveries
                    SET status = 'paused', response = 'an attempt broke off: whether the mail went out is not known'
                    WHERE handoff_id = :handoffId AND version = :version
                        AND destination_kind = :kind AND destination = :destination
                    """).update();
            return new Claim.Doubtful();
        }
        var token = UUID.randomUUID().toString();
        // The time limit starts with the first attempt: a delivery that waited for its channel has lost nothing.
        var granted = of(key, """
                        UPDATE handoff.deliveries
                        SET status = 'sending',
                            attempts = attempts + 1,
                            attempt_token = :token,
                            first_attempt_at = coalesce(first_attempt_at, now()),
                            give_up_at = CASE
                                WHEN first_attempt_at IS NULL THEN now() + make_interval(secs => :giveUpSeconds)
                                ELSE give_up_at
                            END
                        WHERE handoff_id = :handoffId AND version = :version
                            AND destination_kind = :kind AND destination = :destination
                        RETURNING attempts, give_up_at
                        """)
                .param("token", token)
                .param("giveUpSeconds", giveUpAfter.toSeconds())
                .query((row, _) -> new Claim.Granted(
                        key,
                        row.getInt(1),
                        token,
                        row.getObject(2, OffsetDateTime.class).toInstant()))
                .single();
        of(key, """
                INSERT INTO handoff.attempts
                    (handoff_id, version, destination_kind, destination, attempt, account_sid, attempted_at, outcome)
                SELECT handoff_id, version, destination_kind, destination, attempts, account_sid, now(), 'sending'
                FROM handoff.deliveries
                WHERE handoff_id = :handoffId AND version = :version
                    AND destination_kind = :kind AND destination = :destination
                """).update();
        return granted;
    }

    /// Writes down how an attempt ended. Repeating it is harmless: the token stays, since a commit whose answer was
    /// lost is tried again.
    ///
    /// @return false when somebody else has claimed the delivery meanwhile; its row is left alone then, and
    ///     only the attempt is finished
    public boolean finish(Claim.Granted claim, Entry entry) {
        var response = entry.response() == null ? null : bounded(StorableText.of(entry.response()));
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            of(claim.key(), """
                    UPDATE handoff.attempts
                    SET finished_at = coalesce(finished_at, now()),
                        outcome = :outcome,
                        response = :response,
                        content_sha256 = :contentSha256,
                        template_version = :templateVersion
                    WHERE handoff_id = :handoffId AND version = :version
                        AND destination_kind = :kind AND destination = :destination AND attempt = :attempt
                    """)
                    .param("outcome", entry.outcome())
                    .param("response", response)
                    .param("contentSha256", entry.contentSha256())
                    .param("templateVersion", entry.templateVersion())
                    .param("attempt", claim.attempt())
                    .update();
            // A channel that is broken is not the delivery's fault: its time limit is put off.
            int updated = of(claim.key(), """
                            UPDATE handoff.deliveries
                            SET status = :status,
                                response = :response,
                                sent_at = CASE WHEN :status = 'sent' THEN coalesce(sent_at, now()) END,
                                content_sha256 = coalesce(:contentSha256, content_sha256),
                                template_version = coalesce(:templateVersion, template_version),
                                give_up_at = CASE
                                    WHEN :status = 'paused' THEN now() + make_interval(secs => :giveUpSeconds)
                                    ELSE give_up_at
                                END
                            WHERE handoff_id = :handoffId AND version = :version
                                AND destination_kind = :kind AND destination = :destination
                                AND attempt_token = :token
                            """)
                    .param("status", entry.status().wireName())
                    .param("response", response)
                    .param("contentSha256", entry.contentSha256())
                    .param("templateVersion", entry.templateVersion())
                    .param("giveUpSeconds", giveUpAfter.toSeconds())
                    .param("token", claim.token())
                    .update();
            return updated == 1;
        }));
    }

    /// How many deliveries are in each status that is not final.
    public Map<DeliveryStatus, Long> open() {
        Map<DeliveryStatus, Long> open = new HashMap<>();
        jdbc.sql("""
                        SELECT status, count(*)
                        FROM handoff.deliveries
                        WHERE status IN ('planned', 'sending', 'retrying', 'paused')
                        GROUP BY status
                        """).query(row -> {
            open.put(DeliveryStatus.of(row.getString(1)), row.getLong(2));
        });
        return open;
    }

    private JdbcClient.StatementSpec of(DeliveryKey key, String sql) {
        return jdbc.sql(sql)
                .param("handoffId", key.handoffId())
                .param("version", key.version())
                .param("kind", key.destination().kind().wireName())
                .param("destination", key.destination().address());
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_RESPONSE ? text : text.substring(0, LONGEST_RESPONSE);
    }
}

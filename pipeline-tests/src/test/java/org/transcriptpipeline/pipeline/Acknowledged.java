package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.kafka.EventRecords;

/// What was acknowledged, by its SIDs; after a fault each of them is looked for in the store. A SID counts once however
/// often it was acknowledged, since it must be one row.
final class Acknowledged {

    /// Where a SID must be found once, by its prefix. Public views: also what they join must not double a row.
    private static final Map<String, String> ROWS = Map.of(
            "CH", "SELECT conversation_sid AS sid FROM transcripts.conversations",
            "IM", "SELECT message_sid AS sid FROM transcripts.messages WHERE NOT is_stub",
            "MB", "SELECT participant_sid AS sid FROM transcripts.participants",
            "DY", "SELECT delivery_receipt_sid AS sid FROM transcripts.deliveries",
            "FN", "SELECT execution_sid AS sid FROM transcripts.flow_executions");

    private static final int ATTEMPTS = 5;

    private final Map<String, Set<String>> sids = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final EventRecords records = new EventRecords(new EventCodec());

    /// @throws IllegalArgumentException for a kind that nothing is known of: it would not be looked for
    void add(String sid) {
        var kind = sid.substring(0, 2);
        if (!ROWS.containsKey(kind)) {
            throw new IllegalArgumentException("nobody knows where to look for " + kind);
        }
        sids.computeIfAbsent(kind, _ -> ConcurrentHashMap.newKeySet()).add(sid);
    }

    /// Sends it, and counts it once Kafka has it.
    Future<?> send(Producer<String, byte[]> producer, TranscriptEvent event) {
        return producer.send(records.of(event), (_, failure) -> {
            if (failure == null) {
                subjects(event).forEach(this::add);
            } else {
                refused.incrementAndGet();
            }
        });
    }

    /// Sends them in this order, and waits until Kafka has all. What Kafka did not take in time is sent again, as the
    /// spill does. A partition that was made a moment ago may take a second batch before the first, which it then
    /// refuses until that expires.
    void sendAll(Producer<String, byte[]> producer, List<? extends TranscriptEvent> events)
            throws InterruptedException, ExecutionException {
        List<? extends TranscriptEvent> left = events;
        for (int attempt = 1; !left.isEmpty(); attempt++) {
            List<Future<?>> sent =
                    left.stream().<Future<?>>map(event -> send(producer, event)).toList();
            List<TranscriptEvent> refusedNow = new ArrayList<>();
            for (int i = 0; i < sent.size(); i++) {
                try {
                    sent.get(i).get();
                } catch (ExecutionException e) {
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                    refusedNow.add(left.get(i));
                }
            }
            left = refusedNow;
        }
    }

    private static List<String> subjects(TranscriptEvent event) {
        return switch (event) {
            case MessageAdded added -> List.of(added.conversationSid(), added.messageSid());
            case ParticipantAdded joined -> List.of(joined.conversationSid(), joined.participantSid());
            case DeliveryUpdated delivery ->
                delivery.deliveryReceiptSid() == null ? List.of() : List.of(delivery.deliveryReceiptSid());
            case FlowEnded ended -> ended.executionSid() == null ? List.of() : List.of(ended.executionSid());
            default ->
                throw new IllegalArgumentException(
                        "what row is a " + event.getClass().getSimpleName() + "?");
        };
    }

    /// Events that Kafka did not take.
    int refused() {
        return refused.get();
    }

    int count() {
        return sids.values().stream().mapToInt(Set::size).sum();
    }

    /// By kind, how many have no row or more than one. Empty: all is well.
    Map<String, Long> notThereOnce(JdbcTemplate database) {
        Map<String, Long> wrong = new TreeMap<>();
        sids.forEach((kind, ofKind) -> {
            Long number = database.queryForObject(
                    """
                    SELECT count(*)
                    FROM unnest(?::text[]) AS a (sid)
                    LEFT JOIN (SELECT sid, count(*) AS n FROM (%s) AS r GROUP BY sid) AS s USING (sid)
                    WHERE s.n IS DISTINCT FROM 1
                    """.formatted(ROWS.get(kind)), Long.class, (Object) ofKind.toArray(String[]::new));
            if (number == null || number > 0) {
                wrong.put(kind, number);
            }
        });
        return wrong;
    }

    /// Waits until each is there once, and holds that nothing was set aside.
    void awaitStored(JdbcTemplate database, Duration limit) {
        await("every acknowledged SID has its row")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(notThereOnce(database)).isEmpty());
        assertThat(quarantined(database)).as("records set aside").isZero();
    }

    static long quarantined(JdbcTemplate database) {
        Long number = database.queryForObject("""
                SELECT (SELECT count(*) FROM store.quarantined_records) + (SELECT count(*) FROM handoff.quarantined_records)
                """, Long.class);
        return number == null ? -1 : number;
    }
}

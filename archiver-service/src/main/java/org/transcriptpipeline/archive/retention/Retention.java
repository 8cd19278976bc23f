package org.transcriptpipeline.archive.retention;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.ScheduledRound;
import org.transcriptpipeline.archive.retention.RetentionProperties.Rule;

/// Erases conversations by the age of their last activity, and what is outside of any by its own, in small batches, by
/// the same code as an erasure of a
/// person. What somebody works on is skipped and taken in a later round, so that nobody waits; several archivers share
/// the work. Twilio is not asked.
@Component
class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private final JdbcTemplate jdbc;
    private final RetentionProperties properties;
    private final MeterRegistry meters;

    Retention(JdbcTemplate jdbc, RetentionProperties properties, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.properties = properties;
        this.meters = meters;
    }

    /// One batch that was put into the register.
    private record Batch(String erasureId, int registered) {}

    @Scheduled(fixedDelayString = "${transcripts.retention-rounds.interval:10m}")
    void round() {
        if (properties.retention().isEmpty()) {
            return;
        }
        ScheduledRound.run("retention", () -> {
            finish();
            new TreeMap<>(properties.retention()).forEach(this::apply);
        });
    }

    /// What a process registered that died before it erased it.
    private void finish() {
        jdbc.query("""
                SELECT DISTINCT s.erasure_id
                FROM store.erased_sids s
                WHERE s.erased_at IS NULL AND s.scope = 'aged'
                """, (row, _) -> row.getString("erasure_id")).forEach(this::erase);
    }

    private void apply(String name, Rule rule) {
        int all = 0;
        Batch batch;
        do {
            batch = register(name, rule);
            all += batch.registered();
            erase(batch.erasureId());
        } while (batch.registered() > 0 && pause());
        if (rule.channel() == null) {
            applyOutsideOfConversations(name, rule);
        }
        if (all > 0) {
            meters.counter("transcripts_aged_conversations", "rule", name).increment(all);
            log.atInfo()
                    .addKeyValue("rule", name)
                    .addKeyValue("conversations", all)
                    .log("Retention erased conversations");
        }
    }

    /// What belongs to no conversation has no channel.
    private void applyOutsideOfConversations(String name, Rule rule) {
        Integer dealtWith;
        do {
            dealtWith = jdbc.queryForObject(
                    "SELECT store.erase_aged_rest(?, ?::interval, ?, ?)",
                    Integer.class,
                    name,
                    rule.after().toString(),
                    rule.account(),
                    properties.retentionRounds().batch());
        } while (dealtWith != null && dealtWith > 0 && pause());
    }

    private Batch register(String name, Rule rule) {
        var batch = jdbc.queryForObject(
                "SELECT a.id, a.registered FROM store.register_aged(?, ?::interval, ?, ?, ?) a",
                (row, _) -> new Batch(row.getString("id"), row.getInt("registered")),
                name,
                rule.after().toString(),
                rule.account(),
                rule.channel(),
                properties.retentionRounds().batch());
        if (batch == null) {
            throw new IllegalStateException("a function with one row gave none");
        }
        return batch;
    }

    private void erase(String erasureId) {
        Integer dealtWith;
        do {
            dealtWith = jdbc.queryForObject(
                    "SELECT store.erase_conversations(?, ?)",
                    Integer.class,
                    erasureId,
                    properties.retentionRounds().batch());
        } while (dealtWith != null && dealtWith > 0);
    }

    /// @return false when the service stops
    private boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(properties.retentionRounds().pause().toMillis());
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

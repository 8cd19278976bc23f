package org.transcriptpipeline.notify.plan;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Records that could not be read or stored, with the bytes that came.
final class QuarantinedRecords {

    private static final Logger log = LoggerFactory.getLogger(QuarantinedRecords.class);

    private final JdbcClient jdbc;
    private final MeterRegistry meters;

    QuarantinedRecords(JdbcClient jdbc, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.meters = meters;
    }

    record Unreadable(
            ConsumerRecord<byte[], byte[]> source,
            String reason,
            @Nullable String sqlState) {

        /// Names the record, shows nothing of it.
        @Override
        public String toString() {
            return source.topic() + "-" + source.partition() + "@" + source.offset() + " " + reason;
        }
    }

    void keep(List<Unreadable> records) {
        for (var one : records) { // rare, so one by one: a batch of large values would be held twice in memory
            jdbc.sql("""
                            INSERT INTO handoff.quarantined_records
                                (topic, partition, record_offset, reason, sqlstate, record_key, record_value, recorded_at)
                            VALUES (:topic, :partition, :offset, :reason, :sqlState, :key, :value, :recordedAt)
                            ON CONFLICT (topic, partition, record_offset) DO NOTHING
                            """)
                    .param("topic", one.source().topic())
                    .param("partition", one.source().partition())
                    .param("offset", one.source().offset())
                    .param("reason", one.reason())
                    .param("sqlState", one.sqlState())
                    .param("key", one.source().key())
                    .param("value", one.source().value())
                    .param(
                            "recordedAt",
                            Instant.ofEpochMilli(one.source().timestamp()).atOffset(ZoneOffset.UTC))
                    .update();
        }
    }

    void count(Unreadable one) {
        meters.counter("transcripts_quarantined", "topic", one.source().topic(), "reason", one.reason())
                .increment();
    }

    void tell(Unreadable one) {
        count(one);
        log.atWarn()
                .addKeyValue("topic", one.source().topic())
                .addKeyValue("partition", one.source().partition())
                .addKeyValue("offset", one.source().offset())
                .addKeyValue("reason", one.reason())
                .log("Record set aside");
    }
}

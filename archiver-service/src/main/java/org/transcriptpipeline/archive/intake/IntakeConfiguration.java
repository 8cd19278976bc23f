package org.transcriptpipeline.archive.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.archive.CatchingUp;
import org.transcriptpipeline.archive.handoff.HandoffTraces;
import org.transcriptpipeline.archive.handoff.HandoffTriggers;
import org.transcriptpipeline.archive.handoff.HandoffWatch;
import org.transcriptpipeline.archive.live.ConversationChanges;
import org.transcriptpipeline.archive.media.MediaFiles;
import org.transcriptpipeline.archive.reconcile.ReconciliationQueue;
import org.transcriptpipeline.archive.reconcile.ReconciliationTriggers;
import org.transcriptpipeline.archive.reconcile.SweepRequests;
import org.transcriptpipeline.archive.retention.ErasureFilter;
import org.transcriptpipeline.archive.store.Freshness;
import org.transcriptpipeline.archive.store.Quarantine;
import org.transcriptpipeline.archive.store.TranscriptStore;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.kafka.BatchConsumer;
import org.transcriptpipeline.kafka.DatabaseHealth;
import org.transcriptpipeline.kafka.QuarantineAllowances;
import org.transcriptpipeline.kafka.QuarantineBreaker;
import org.transcriptpipeline.kafka.StoredOffsets;
import org.transcriptpipeline.kafka.TopicWatch;
import org.transcriptpipeline.operations.Traces;

@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    private static final List<String> TOPICS = List.of(Topics.EVENTS, Topics.DELIVERY_STATUSES);

    /// Both topics by one consumer: consumers rely on no order between them.
    @Bean
    BatchConsumer eventConsumer(
            KafkaProperties kafka,
            IntakeProperties properties,
            JdbcTemplate jdbc,
            TransactionTemplate transactions,
            ErasureFilter erasures,
            TranscriptStore store,
            MediaFiles media,
            HandoffTriggers handoffTriggers,
            HandoffWatch handoffWatch,
            ReconciliationQueue reconciliations,
            ReconciliationTriggers reconciliationTriggers,
            SweepRequests sweeps,
            Freshness freshness,
            Quarantine quarantine,
            EventCodec codec,
            HandoffTraces handoffTraces,
            ConversationChanges changes,
            CatchingUp catchingUp,
            Clock clock,
            MeterRegistry meters,
            Traces traces) {
        var offsets = new StoredOffsets(jdbc, StoredOffsets.Owner.ARCHIVER, properties.consumerGroup());
        var intake = new EventIntake(
                codec,
                transactions,
                erasures,
                store,
                media,
                handoffTriggers,
                handoffWatch,
                reconciliations,
                reconciliationTriggers,
                sweeps,
                freshness,
                quarantine,
                new QuarantineAllowances(jdbc, "archiver"),
                offsets,
                handoffTraces,
                changes,
                catchingUp,
                properties.maxPollRecords() / 2,
                meters);
        return new BatchConsumer(
                kafka.buildConsumerProperties(),
                properties.consumerGroup(),
                TOPICS,
                properties.maxPollRecords(),
                properties.concurrency(),
                intake,
                offsets,
                new QuarantineBreaker(clock, properties.quarantineAllowance(), properties.quarantineWindow()),
                meters,
                traces);
    }

    @Bean
    DatabaseHealth dbHealthIndicator(DataSource dataSource) {
        return new DatabaseHealth(dataSource);
    }

    @Bean
    TopicWatch kafkaHealthIndicator(
            KafkaProperties kafka, IntakeProperties properties, Clock clock, MeterRegistry meters) {
        return new TopicWatch(
                kafka.buildAdminProperties(),
                kafka.buildConsumerProperties(),
                properties.consumerGroup(),
                TOPICS,
                clock,
                meters);
    }
}

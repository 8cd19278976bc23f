package org.transcriptpipeline.notify.plan;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.kafka.BatchConsumer;
import org.transcriptpipeline.kafka.DatabaseHealth;
import org.transcriptpipeline.kafka.QuarantineAllowances;
import org.transcriptpipeline.kafka.QuarantineBreaker;
import org.transcriptpipeline.kafka.StoredOffsets;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.kafka.TopicProvisioner;
import org.transcriptpipeline.kafka.TopicWatch;
import org.transcriptpipeline.notify.delivery.DeliveryJobs;
import org.transcriptpipeline.notify.delivery.DeliveryScheduler;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.mail.MailSetUp;
import org.transcriptpipeline.notify.mail.MessageIds;
import org.transcriptpipeline.operations.Traces;
import org.transcriptpipeline.rules.HandoffRules;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PlanProperties.class, TopicProperties.class})
class PlanConfiguration {

    private static final String GROUP = "transcripts-notifier";
    private static final int LARGEST_BATCH = 200;
    private static final int QUARANTINE_ALLOWANCE = 100;
    private static final Duration QUARANTINE_WINDOW = Duration.ofMinutes(5);

    @Bean
    StoredOffsets readyOffsets(JdbcTemplate jdbc) {
        return new StoredOffsets(jdbc, StoredOffsets.Owner.NOTIFIER, GROUP);
    }

    @Bean
    BatchConsumer readyConsumer(
            KafkaProperties kafka,
            HandoffRules rules,
            MailSetUp mail,
            PlanProperties properties,
            MessageIds messageIds,
            HandoffLedger ledger,
            DeliveryJobs jobs,
            DeliveryScheduler scheduler,
            JdbcClient jdbc,
            JdbcTemplate jdbcTemplate,
            StoredOffsets readyOffsets,
            PlatformTransactionManager transactions,
            Clock clock,
            MeterRegistry meters,
            Traces traces) {
        mail.requireUsableFor(rules.destinations());
        var planner = new HandoffPlanner(
                new EventCodec(),
                new Recipients(rules),
                new KnownFacts(jdbc),
                messageIds,
                ledger,
                jobs,
                scheduler,
                new QuarantinedRecords(jdbc, meters),
                new QuarantineAllowances(jdbcTemplate, "notifier"),
                readyOffsets,
                new TransactionTemplate(transactions),
                clock,
                properties.expiresAfter(),
                meters);
        return new BatchConsumer(
                kafka.buildConsumerProperties(),
                GROUP,
                List.of(Topics.READY),
                LARGEST_BATCH,
                1,
                planner,
                readyOffsets,
                new QuarantineBreaker(clock, QUARANTINE_ALLOWANCE, QUARANTINE_WINDOW),
                meters,
                traces);
    }

    @Bean
    DatabaseHealth dbHealthIndicator(DataSource dataSource) {
        return new DatabaseHealth(dataSource);
    }

    @Bean
    TopicWatch kafkaHealthIndicator(KafkaProperties kafka, Clock clock, MeterRegistry meters) {
        return new TopicWatch(
                kafka.buildAdminProperties(),
                kafka.buildConsumerProperties(),
                GROUP,
                List.of(Topics.READY),
                clock,
                meters);
    }

    /// A consumer that waits for a broker or a database is alive; one that has stopped is not.
    @Bean
    HealthIndicator readyConsumerLivenessHealthIndicator(BatchConsumer readyConsumer) {
        return () ->
                readyConsumer.isDead() ? Health.down().build() : Health.up().build();
    }

    @Bean
    ReadyTopic readyTopic(KafkaProperties kafka, TopicProperties properties) {
        return new ReadyTopic(new TopicProvisioner(kafka.buildAdminProperties(), properties, Set.of(Topics.READY)));
    }
}

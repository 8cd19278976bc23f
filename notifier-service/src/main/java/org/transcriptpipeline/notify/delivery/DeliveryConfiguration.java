package org.transcriptpipeline.notify.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.ledger.OnDoubt;
import org.transcriptpipeline.notify.mail.MailChannel;
import org.transcriptpipeline.notify.transcript.TranscriptRenderer;
import org.transcriptpipeline.rules.Presentation;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DeliveryProperties.class, RenderingProperties.class})
class DeliveryConfiguration {

    @Bean
    DatabaseClock databaseClock(JdbcTemplate jdbc, java.time.Clock clock) {
        return new DatabaseClock(jdbc, clock);
    }

    @Bean
    DeliveryTask deliveryTask(DatabaseClock clock) {
        return DeliveryTask.with(clock);
    }

    @Bean
    DeliveryJobs deliveryJobs(DataSource dataSource, DeliveryTask task, DatabaseClock clock) {
        return new DeliveryJobs(dataSource, task, clock);
    }

    @Bean
    DeliveryScheduler deliveryScheduler(
            DataSource dataSource,
            DeliveryTask task,
            HandoffLedger ledger,
            JdbcClient jdbc,
            MailChannel channel,
            OnDoubt onDoubt,
            DeliveryProperties properties,
            RenderingProperties rendering,
            DatabaseClock clock,
            MeterRegistry meters) {
        var backoff = new Backoff(
                properties.firstPause(),
                properties.longestPause(),
                () -> ThreadLocalRandom.current().nextDouble());
        task.runs(new DeliveryJob(
                ledger,
                new Snapshots(jdbc),
                TranscriptRenderer.usual(),
                new Presentation(Locale.ENGLISH, rendering.timeZone(), Set.of(), Map.of()),
                channel,
                onDoubt,
                backoff,
                clock,
                meters));
        return new DeliveryScheduler(dataSource, task, properties, clock, meters);
    }
}

package org.transcriptpipeline.notify.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.notify.channel.Channel;
import org.transcriptpipeline.notify.errors.ErrorCatalogue;
import org.transcriptpipeline.notify.ledger.HandoffLedger;
import org.transcriptpipeline.notify.ledger.OnDoubt;
import org.transcriptpipeline.notify.media.ArchivedMedia;
import org.transcriptpipeline.notify.rules.OperatorLinks;
import org.transcriptpipeline.operations.Traces;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.transcript.TranscriptRenderer;

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
    TranscriptRenderer transcriptRenderer(RenderingProperties properties, ErrorCatalogue errors, ArchivedMedia media) {
        var templates = properties.templates();
        var renderer = templates == null ? TranscriptRenderer.usual() : TranscriptRenderer.with(templates);
        return renderer.explaining(errors).carrying(media::of, media.mostBytesInMail());
    }

    @Bean
    DeliveryScheduler deliveryScheduler(
            DataSource dataSource,
            DeliveryTask task,
            HandoffLedger ledger,
            JdbcClient jdbc,
            HandoffRules rules,
            OperatorLinks links,
            List<Channel> channels,
            OnDoubt onDoubt,
            DeliveryProperties properties,
            RenderingProperties rendering,
            DatabaseClock clock,
            MeterRegistry meters,
            Traces traces) {
        var backoff = new Backoff(
                properties.firstPause(),
                properties.longestPause(),
                () -> ThreadLocalRandom.current().nextDouble());
        task.runs(new DeliveryJob(
                ledger,
                new Preparation(new Snapshots(jdbc), ledger, rules, links, rendering.timeZone()),
                channels.stream().collect(Collectors.toMap(Channel::kind, c -> c)),
                onDoubt,
                backoff,
                clock,
                meters,
                traces,
                new HandoffTraces(jdbc)));
        return new DeliveryScheduler(dataSource, task, properties, clock, meters);
    }
}

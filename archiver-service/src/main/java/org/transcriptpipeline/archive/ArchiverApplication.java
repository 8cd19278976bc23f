package org.transcriptpipeline.archive;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.kafka.TopicProvisioner;
import org.transcriptpipeline.operations.Operations;

/// The archiver: merges events into rows, tells what is missing, and says when a transcript can be handed over.
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableConfigurationProperties(TopicProperties.class)
@Import({Migrations.class, Operations.class})
public class ArchiverApplication {

    /// Where the settings are; services may share a classpath, so none of them uses `application.yml`.
    public static final String CONFIG_NAME = "archiver-service";

    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /// The application with its own settings, ready to run.
    public static SpringApplication application() {
        var application = new SpringApplication(ArchiverApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", CONFIG_NAME));
        return application;
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    EventCodec eventCodec() {
        return EventCodec.withoutBodies(); // what is kept whole is kept as the record's bytes
    }

    @Bean
    TopicProvisioner topicProvisioner(KafkaProperties kafka, TopicProperties properties) {
        var provisioner = new TopicProvisioner(
                kafka.buildAdminProperties(),
                properties,
                Set.of(Topics.EVENTS, Topics.DELIVERY_STATUSES, Topics.READY));
        provisioner.warnAboutThinReplication();
        provisioner.provisionUntilPresent();
        return provisioner;
    }
}

package org.transcriptpipeline.ingest;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.operations.Operations;

/// Webhooks in, events out.
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@EnableConfigurationProperties(TopicProperties.class)
@EnableScheduling
@Import(Operations.class)
public class IngestApplication {

    /// The configuration file's name: all services may run in one process, on one class path.
    public static final String CONFIG_NAME = "ingest-service";

    public static void main(String[] args) {
        create().run(args);
    }

    /// The application, ready to run.
    public static SpringApplication create() {
        var application = new SpringApplication(IngestApplication.class);
        application.setDefaultProperties(java.util.Map.of("spring.config.name", CONFIG_NAME));
        return application;
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}

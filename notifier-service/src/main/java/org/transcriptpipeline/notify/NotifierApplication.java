package org.transcriptpipeline.notify;

import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.operations.Operations;

/// Starts the notifier-service. Its settings are in `notifier-service.yml`, a name of its own, since all services
/// may run from one classpath.
@SpringBootApplication
@Import({Migrations.class, Operations.class})
public class NotifierApplication {

    private static final String CONFIGURATION_NAME = "notifier-service";

    public static void main(String[] args) {
        builder().run(args);
    }

    /// The service, ready to be run here or within a larger process.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(NotifierApplication.class)
                .properties("spring.config.name=" + CONFIGURATION_NAME);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}

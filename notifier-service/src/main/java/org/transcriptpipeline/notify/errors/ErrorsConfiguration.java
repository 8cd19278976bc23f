package org.transcriptpipeline.notify.errors;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class ErrorsConfiguration {

    @Bean
    ErrorCatalogue errorCatalogue(JdbcClient jdbc, Clock clock) {
        return new ErrorCatalogue(jdbc, clock);
    }
}

package org.transcriptpipeline.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/// For each service to import.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ShutdownProperties.class)
public class Operations {

    /// Off where nobody is told where traces go, see [TracingWhereItGoesSomewhere].
    @Bean
    Traces traces(ObjectProvider<OpenTelemetry> openTelemetry, Environment environment) {
        return TracingWhereItGoesSomewhere.isWanted(environment) ? Traces.by(openTelemetry.getObject()) : Traces.off();
    }

    @Bean
    HealthMeters healthMeters(HealthContributorRegistry contributors, MeterRegistry meters) {
        return new HealthMeters(contributors, meters);
    }

    @Bean
    DrainWait drainWait(ShutdownProperties properties) {
        return new DrainWait(properties.drainWait());
    }
}

package org.transcriptpipeline.operations;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/// Without a place to send traces to, nothing of OpenTelemetry is set up: no spans that nobody reads, no threads, no
/// filter that measures for them. Spring Boot would make and sample spans all the same.
final class TracingWhereItGoesSomewhere implements AutoConfigurationImportFilter, EnvironmentAware {

    static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

    private static final String[] MODULES = {
        "org.springframework.boot.micrometer.tracing.", "org.springframework.boot.opentelemetry."
    };

    private boolean isWanted;

    static boolean isWanted(Environment environment) {
        var endpoint = environment.getProperty(ENDPOINT);
        return endpoint != null && !endpoint.isBlank();
    }

    @Override
    public void setEnvironment(Environment environment) {
        isWanted = isWanted(environment);
    }

    @Override
    public boolean[] match(@Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
        var matches = new boolean[autoConfigurationClasses.length];
        for (int i = 0; i < matches.length; i++) {
            var name = autoConfigurationClasses[i];
            matches[i] = isWanted || name == null || Arrays.stream(MODULES).noneMatch(name::startsWith);
        }
        return matches;
    }
}

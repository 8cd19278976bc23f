package org.transcriptpipeline.standalone;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/// All three services share one classpath here, and Spring Boot configures what it finds there: a mail sender for
/// the archiver, a data source for ingest. This filter takes away what a service does not have when it runs alone.
/// Not `spring.autoconfigure.exclude`, since that would replace the service's own list.
final class ForeignTechnologies implements AutoConfigurationImportFilter, EnvironmentAware {

    /// Names of Spring Boot's modules, separated by commas.
    static final String PROPERTY = "standalone.foreign-technologies";

    private List<String> packages = List.of();

    @Override
    public void setEnvironment(Environment environment) {
        packages = Arrays.stream(environment.getProperty(PROPERTY, String[].class, new String[0]))
                .map(technology -> "org.springframework.boot." + technology + ".")
                .toList();
    }

    @Override
    public boolean[] match(@Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
        var matches = new boolean[autoConfigurationClasses.length];
        for (int i = 0; i < matches.length; i++) {
            var name = autoConfigurationClasses[i];
            matches[i] = name == null || packages.stream().noneMatch(name::startsWith);
        }
        return matches;
    }
}

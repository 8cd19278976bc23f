package org.transcriptpipeline.database;

import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// How the migrations are applied: under the migrator's credentials (`spring.flyway.user`,
/// `spring.flyway.password`), by whichever service starts first; the others wait for Flyway's lock.
@Configuration(proxyBeanMethods = false)
public class Migrations {

    private static final String HISTORY_SCHEMA = "migrations";

    @Bean
    FlywayConfigurationCustomizer migrationSettings() {
        return Migrations::settings;
    }

    /// The settings that do not depend on where the database is.
    public static FluentConfiguration settings(FluentConfiguration configuration) {
        return configuration
                .locations("classpath:db/migration")
                .javaMigrations(new ErrorCatalogueMigration())
                .defaultSchema(HISTORY_SCHEMA)
                .schemas(HISTORY_SCHEMA)
                .ignoreMigrationPatterns(new String[0]) // an older service must not start on a newer schema
                .connectRetries(60)
                .connectRetriesInterval(5);
    }
}

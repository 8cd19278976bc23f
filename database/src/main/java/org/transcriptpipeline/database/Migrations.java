package org.transcriptpipeline.database;

import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// How the migrations are applied: under the migrator's credentials (`spring.flyway.user`,
/// `spring.flyway.password`), by whichever service starts first; the others wait for Flyway's lock.
@Configuration(proxyBeanMethods = false)
public class Migrations {

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    private static final String HISTORY_SCHEMA = "migrations";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Bean
    FlywayConfigurationCustomizer migrationSettings() {
        return Migrations::settings;
    }

    @Bean
    FlywayMigrationStrategy patientMigration() {
        return Migrations::migrate;
    }

    /// Migrates, and gives way: a migration that does not get its lock within a second is rolled back and tried
    /// again after a pause, so that running services never wait behind it for longer (`faults.md` O3).
    ///
    /// @throws FlywayException at once where it fails for another reason, after ten minutes for want of a lock
    public static void migrate(Flyway flyway) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                flyway.migrate();
                return;
            } catch (FlywayException e) {
                if (!wasDeniedALock(e) || System.nanoTime() > end) {
                    throw e;
                }
                log.warn("A migration waits for a table that somebody has locked; it is tried again");
                pause(e);
            }
        }
    }

    private static boolean wasDeniedALock(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static void pause(FlywayException failure) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /// The settings that do not depend on where the database is.
    public static FluentConfiguration settings(FluentConfiguration configuration) {
        return configuration
                .locations("classpath:db/migration")
                .javaMigrations(new ErrorCatalogueMigration())
                .defaultSchema(HISTORY_SCHEMA)
                .schemas(HISTORY_SCHEMA)
                .initSql("SET lock_timeout = '1s'")
                .ignoreMigrationPatterns(new String[0]) // an older service must not start on a newer schema
                .connectRetries(60)
                .connectRetriesInterval(5);
    }
}

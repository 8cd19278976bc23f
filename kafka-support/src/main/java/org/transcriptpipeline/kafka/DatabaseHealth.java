package org.transcriptpipeline.kafka;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Whether the database answers, and if not, why: Boot's own says "Failed to obtain JDBC Connection" of everything. A
/// bean of the name `dbHealthIndicator` takes its place.
public final class DatabaseHealth implements HealthIndicator {

    private static final int SECONDS_FOR_AN_ANSWER = 2;

    private final DataSource dataSource;

    public DatabaseHealth(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Health health() {
        try (var connection = dataSource.getConnection()) {
            return connection.isValid(SECONDS_FOR_AN_ANSWER)
                    ? Health.up().build()
                    : Health.down()
                            .withDetail("reason", "it does not answer in time")
                            .build();
        } catch (SQLException e) {
            return Health.down().withDetail("reason", Reason.of(e)).build();
        }
    }
}

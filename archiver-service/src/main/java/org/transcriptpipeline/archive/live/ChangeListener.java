package org.transcriptpipeline.archive.live;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears what archivers tell each other, by one connection that is not the pool's, since it stays open. While nobody
/// has a page open there is none.
final class ChangeListener {

    private static final Logger log = LoggerFactory.getLogger(ChangeListener.class);

    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration BEFORE_AGAIN = Duration.ofSeconds(1);

    /// A connection that was cut off says nothing: it has to be asked.
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final String SOCKET_TIMEOUT_SECONDS = "5";

    private final DataSource dataSource;

    ChangeListener(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /// Listens until it is no longer wanted. What may have been missed, before it listened and while the connection was
    /// away, is told as a change of any conversation.
    void listenWhile(BooleanSupplier isWanted, Consumer<Changes> told) throws InterruptedException {
        while (isWanted.getAsBoolean()) {
            try (var connection = open()) {
                execute(connection, "LISTEN " + ChangeNotifier.CHANNEL);
                told.accept(Changes.ANY);
                hear(connection, isWanted, told);
            } catch (SQLException e) {
                log.atWarn()
                        .addKeyValue("sqlState", e.getSQLState())
                        .log("Open pages are not told of changes until the database answers again");
                Thread.sleep(BEFORE_AGAIN);
            }
        }
    }

    private static void hear(Connection connection, BooleanSupplier isWanted, Consumer<Changes> told)
            throws SQLException {
        var postgres = connection.unwrap(PGConnection.class);
        long heardAt = System.nanoTime();
        while (isWanted.getAsBoolean()) {
            PGNotification[] heard = postgres.getNotifications(Math.toIntExact(WAIT.toMillis()));
            if (heard != null && heard.length > 0) {
                List.of(heard).forEach(one -> told.accept(Changes.parse(one.getParameter())));
                heardAt = System.nanoTime();
            } else if (System.nanoTime() - heardAt > SILENCE.toNanos()) {
                execute(connection, "SELECT 1");
                heardAt = System.nanoTime();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// As the pool's are, but for the time that an answer may take.
    private Connection open() throws SQLException {
        var pool = dataSource.unwrap(HikariDataSource.class);
        var properties = new Properties();
        properties.putAll(pool.getDataSourceProperties());
        properties.replaceAll((_, value) -> value.toString()); // the driver takes texts only
        properties.setProperty("user", pool.getUsername());
        if (pool.getPassword() != null) {
            properties.setProperty("password", pool.getPassword());
        }
        properties.setProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
        properties.setProperty("ApplicationName", "archiver-service live");
        return DriverManager.getConnection(pool.getJdbcUrl(), properties);
    }
}

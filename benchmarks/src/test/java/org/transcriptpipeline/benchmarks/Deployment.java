package org.transcriptpipeline.benchmarks;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.ArchiverApplication;
import org.transcriptpipeline.database.DatabaseRoles;
import org.transcriptpipeline.embedded.EmbeddedPostgresServer;
import org.transcriptpipeline.embedded.FreePort;
import org.transcriptpipeline.ingest.IngestApplication;
import org.transcriptpipeline.notify.NotifierApplication;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;

/// Kafka, Postgres, a mail server and the three services, a process each but for the mail server. Postgres keeps the
/// time of each commit.
final class Deployment implements AutoCloseable {

    static final String ACCOUNT = Sids.account("end-to-end");

    /// Of all roles and people.
    static final String PASSWORD = "of-the-benchmarks-0815";
    private static final int READERS = 5;
    private static final String PUBLIC_URL = "https://hooks.example.com";
    private static final String TOKEN = "a-token-of-the-benchmarks";

    private final List<Measured> processes = new ArrayList<>();
    private final EmbeddedPostgresServer postgres;
    private final GreenMail mailbox = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final int ingestPort = FreePort.find();
    private final int archiverPort = FreePort.find();
    private final Duration quietWindow;
    private final Path directory = Files.createTempDirectory("benchmarks");

    Deployment(Duration quietWindow) throws IOException, SQLException {
        this.quietWindow = quietWindow;
        int kafkaPort = FreePort.find();
        processes.add(Processes.broker(directory.resolve("kafka"), kafkaPort));
        postgres = startPostgres(directory.resolve("postgres"));
        DatabaseRoles.create(
                postgres.superuser(),
                Map.of(
                        DatabaseRoles.MIGRATOR, PASSWORD,
                        DatabaseRoles.ARCHIVER, PASSWORD,
                        DatabaseRoles.NOTIFIER, PASSWORD));
        mailbox.start();
        var environment = environment(kafkaPort, directory);
        start(ArchiverApplication.class, "mail,thymeleaf", environment, "--server.port=", archiverPort);
        start(
                IngestApplication.class,
                "jdbc,transaction,flyway,mail,thymeleaf,security",
                environment,
                "--server.port=",
                ingestPort);
        start(NotifierApplication.class, "security,session", environment, "--management.server.port=", FreePort.find());
    }

    TwilioSimulator twilio() {
        return new TwilioSimulator(URI.create("http://127.0.0.1:" + ingestPort), PUBLIC_URL, ACCOUNT, TOKEN);
    }

    /// Where its pages are.
    URI console() {
        return URI.create("http://127.0.0.1:" + archiverPort);
    }

    /// Who may look at everything.
    ///
    /// @param number less than [#READERS]
    static String reader(int number) {
        return "reader" + number;
    }

    JdbcTemplate database() {
        return new JdbcTemplate(postgres.superuser());
    }

    /// In the order in which they came.
    MimeMessage[] mails() {
        return mailbox.getReceivedMessages();
    }

    void emptyMailbox() throws FolderException {
        mailbox.purgeEmailFromAllMailboxes();
    }

    private static EmbeddedPostgresServer startPostgres(Path data) throws SQLException {
        try (var first = EmbeddedPostgresServer.start(data, 0);
                var connection = first.superuser().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET track_commit_timestamp = on"); // from its next start on
        }
        return EmbeddedPostgresServer.start(data, 0);
    }

    private Map<String, String> environment(int kafkaPort, Path directory) {
        var environment = new HashMap<>(Map.of(
                "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:" + kafkaPort,
                "SPRING_DATASOURCE_URL",
                postgres.jdbcUrl(),
                "SPRING_DATASOURCE_PASSWORD",
                PASSWORD,
                "SPRING_FLYWAY_PASSWORD",
                PASSWORD,
                "PUBLIC_BASE_URL",
                PUBLIC_URL,
                "TWILIO_ACCOUNT_SID",
                ACCOUNT,
                "TWILIO_AUTH_TOKEN",
                TOKEN,
                "TRANSCRIPTS_ACCOUNTS_DEFAULT_ATTWILIO",
                "false",
                "TRANSCRIPTS_SPILL_DIRECTORY",
                directory.resolve("spill").toString(),
                "TRANSCRIPTS_SETTLING_QUIETWINDOW",
                quietWindow.toString()));
        environment.putAll(Map.of(
                "CONSOLE_USERNAME", "operator",
                "CONSOLE_PASSWORD", PASSWORD,
                "HANDOFF_EMAIL_TO", "operator@example.com",
                "HANDOFF_EMAIL_FROM", "transcripts@example.com",
                "SPRING_MAIL_HOST", "127.0.0.1",
                "SPRING_MAIL_PORT", Integer.toString(mailbox.getSmtp().getPort())));
        for (int i = 0; i < READERS; i++) {
            var user = "TRANSCRIPTS_CONSOLE_USERS_" + reader(i).toUpperCase(Locale.ROOT);
            environment.put(user + "_PASSWORD", PASSWORD);
            environment.put(user + "_TEAM", "*");
        }
        return environment;
    }

    private void start(Class<?> service, String foreign, Map<String, String> environment, String portSetting, int port)
            throws IOException {
        var command = Processes.service(service, foreign, portSetting + port);
        if (!portSetting.contains("management")) {
            command.add("--management.server.port=0");
        }
        var process = Measured.start(command, environment, Processes.log(service.getSimpleName()));
        processes.add(process);
        process.awaitPort(port);
    }

    @Override
    public void close() throws IOException {
        for (var process : processes.reversed()) {
            process.close();
        }
        mailbox.stop();
        postgres.close();
        Processes.delete(directory);
    }
}

package org.transcriptpipeline.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.transcriptpipeline.database.Migrations;
import org.transcriptpipeline.embedded.FreePort;

/// The servers, the order and the demo with small applications in place of the three services, which have their own
/// tests; pipeline-tests has all of it together.
class StandaloneTest {

    /// What happened, by all contexts of this JVM.
    private static final List<String> events = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    static Path directory;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void chooseFreePorts() {
        events.clear();
        for (var name : List.of(
                "INGEST_PORT",
                "INGEST_MANAGEMENT_PORT",
                "ARCHIVER_PORT",
                "ARCHIVER_MANAGEMENT_PORT",
                "NOTIFIER_MANAGEMENT_PORT",
                "KAFKA_PORT",
                "POSTGRES_PORT")) {
            environment.put(name, Integer.toString(FreePort.find()));
        }
        environment.put("STANDALONE_DATA_DIRECTORY", directory.toString());
    }

    @AfterEach
    void forget() {
        events.clear();
    }

    @Test
    void everythingStartsInOrderPlaysTheDemoOnceAndStopsInTheOppositeOrder() throws Exception {
        try (var standalone = standalone()) {
            standalone.start();

            await().atMost(Duration.ofSeconds(30)).until(() -> events.contains("POST /webhooks/flow-ended"));
            await().until(() ->
                    Files.readString(directory.resolve("demo.properties")).contains("played=true"));
            assertThat(events.subList(0, 3))
                    .containsExactly(
                            "archiver up as transcripts_archiver", "notifier up as transcripts_notifier", "ingest up");
            assertThatExceptionOfType(StandaloneException.class)
                    .isThrownBy(() -> standalone().start())
                    .withMessageContaining("Another standalone (process "
                            + ProcessHandle.current().pid() + ")");
            analystSignsInWithTheDefaultPassword();
            assertThat(Files.getPosixFilePermissions(directory.resolve("console.properties")))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
        assertThat(events.subList(events.size() - 3, events.size()))
                .containsExactly("ingest down", "notifier down", "archiver down");

        events.clear();
        try (var standalone = standalone()) {
            standalone.start();
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("demo")));
        }
        assertThat(events)
                .containsExactly(
                        "archiver up as transcripts_archiver",
                        "notifier up as transcripts_notifier",
                        "ingest up",
                        "ingest down",
                        "notifier down",
                        "archiver down");
    }

    @Test
    void aTakenPortIsNamedBeforeAnythingStarts() throws IOException {
        try (var _ = new ServerSocket(
                        Integer.parseInt(environment.get("KAFKA_PORT")), 1, InetAddress.getLoopbackAddress());
                var standalone = standalone()) {

            assertThatExceptionOfType(StandaloneException.class)
                    .isThrownBy(standalone::start)
                    .withMessageContaining("port " + environment.get("KAFKA_PORT") + " (KAFKA_PORT)");

            assertThat(events).isEmpty();
        }
    }

    private Standalone standalone() {
        return new Standalone(
                StandaloneSettings.of(environment),
                new Services(
                        new Service("service-double", Archiver.class, List.of("mail", "thymeleaf", "security")),
                        new Service("service-double", Notifier.class, List.of("security")),
                        new Service(
                                "service-double", Ingest.class, List.of("jdbc", "flyway", "transaction", "security"))));
    }

    private void analystSignsInWithTheDefaultPassword() throws SQLException {
        var url = "jdbc:postgresql://127.0.0.1:" + environment.get("POSTGRES_PORT") + "/transcripts";
        DriverManager.getConnection(url, "transcripts_analyst", "analyst").close();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> DriverManager.getConnection(url, "transcripts_archiver", "analyst"));
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Migrations.class)
    static class Archiver {
        @Bean(destroyMethod = "close")
        Said said(DataSource dataSource, Environment environment) throws Exception {
            try (var admin = Admin.create(
                    Map.of("bootstrap.servers", environment.getRequiredProperty("spring.kafka.bootstrap-servers")))) {
                admin.listTopics().names().get();
            }
            return new Said("archiver", " as " + user(dataSource));
        }

        @Bean(destroyMethod = "close")
        FrontDoor management(Environment environment) throws IOException {
            assertThat(environment.getRequiredProperty("CONSOLE_PASSWORD")).hasSize(32);
            linkSecret = environment.getRequiredProperty("HANDOFF_LINK_SECRET");
            return new FrontDoor(environment.getRequiredProperty("management.server.port", Integer.class));
        }
    }

    /// As the archiver has it.
    private static String linkSecret;

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Migrations.class)
    static class Notifier {
        @Bean(destroyMethod = "close")
        Said said(DataSource dataSource, Environment environment) throws SQLException {
            assertThat(environment.getRequiredProperty("HANDOFF_LINK_SECRET"))
                    .isEqualTo(linkSecret)
                    .hasSize(64);
            return new Said("notifier", " as " + user(dataSource));
        }

        @Bean(destroyMethod = "close")
        FrontDoor management(Environment environment) throws IOException {
            return new FrontDoor(environment.getRequiredProperty("server.port", Integer.class));
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Ingest {
        @Bean(destroyMethod = "close")
        Said said(ObjectProvider<DataSource> dataSource, Environment environment) {
            assertThat(dataSource.getIfAvailable()).isNull();
            assertThat(environment.getProperty("transcripts.accounts.demo.auth-tokens[0]"))
                    .hasSize(32);
            return new Said("ingest", "");
        }

        @Bean(destroyMethod = "close")
        FrontDoor management(Environment environment) throws IOException {
            return new FrontDoor(environment.getRequiredProperty("management.server.port", Integer.class));
        }

        /// Accepts everything; that the demo's signatures are right is for the real service to say.
        @Bean(destroyMethod = "close")
        FrontDoor frontDoor(Environment environment) throws IOException {
            return new FrontDoor(environment.getRequiredProperty("server.port", Integer.class));
        }
    }

    static final class FrontDoor {
        private final HttpServer server;

        FrontDoor(int port) throws IOException {
            server = HttpServer.create(new InetSocketAddress(port), 0);
            server.createContext("/", exchange -> {
                exchange.getRequestBody().readAllBytes();
                if (exchange.getRequestMethod().equals("POST")) {
                    events.add("POST " + exchange.getRequestURI());
                }
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
        }

        void close() {
            server.stop(0);
        }
    }

    private static String user(DataSource dataSource) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            return connection.getMetaData().getUserName();
        }
    }

    static final class Said {
        private final String name;

        Said(String name, String more) {
            this.name = name;
            events.add(name + " up" + more);
        }

        void close() {
            events.add(name + " down");
        }
    }
}

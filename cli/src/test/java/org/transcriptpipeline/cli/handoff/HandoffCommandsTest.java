package org.transcriptpipeline.cli.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.cli.Run;

/// A server answers as the archiver does; what the archiver really answers is tested there.
class HandoffCommandsTest {

    private static final String CONVERSATION = "CH91d2c3b4a5f64e7788990a1b2c3d4e5f";
    private static final String HANDOFF = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    private static final String PASSWORD = "a-password-of-the-console";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status = 202;
    private volatile String answer = "{}";
    private Run.Setting setting;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var signIn = "Basic " + Base64.getEncoder().encodeToString(("front-desk:" + PASSWORD).getBytes(UTF_8));
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            boolean isSignedIn = signIn.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            var bytes = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(isSignedIn ? status : 401, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        setting = Run.Setting.of(Map.of(
                "ARCHIVER_URL",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/",
                "CONSOLE_USERNAME",
                "front-desk",
                "CONSOLE_PASSWORD",
                PASSWORD));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void asksForAHandoffWithItsNote() {
        answer = "{\"handoffId\": \"" + HANDOFF + "\", \"status\": \"requested\"}";

        var run = setting.run("handoff", "--conversation", CONVERSATION, "--note", "Call \"back\"", "--json");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.json().path("handoffId").stringValue()).isEqualTo(HANDOFF);
        assertThat(asked)
                .containsExactly(
                        "POST /api/conversations/" + CONVERSATION + "/handoffs {\"note\":\"Call \\\"back\\\"\"}");
        assertThat(run.everything()).doesNotContain(PASSWORD, "Call");
    }

    @Test
    void asksForTheSameAgain() {
        answer = "{\"status\": \"ready\", \"version\": 3}";

        var run = setting.run("resend", "--handoff", HANDOFF);

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.out()).isEqualTo("Goes out again, as version 3.\n");
        assertThat(asked).containsExactly("POST /api/handoffs/" + HANDOFF + "/resend ");
    }

    @Test
    void saysThatWhatHadExpiredIsHandedOver() {
        answer = "{\"status\": \"settling\"}";

        assertThat(setting.run("resend", "--handoff", HANDOFF).out())
                .isEqualTo("It had expired; it is handed over now.\n");
    }

    @Test
    void stopsTheFlowOrSaysThatThereIsNone() {
        status = 200;
        answer = "{\"stoppedFlows\": 1}";
        assertThat(setting.run("stop-flow", "--conversation", CONVERSATION).out())
                .isEqualTo("The flow answers no more in this conversation.\n");

        answer = "{\"stoppedFlows\": 0}";
        assertThat(setting.run("stop-flow", "--conversation", CONVERSATION).out())
                .isEqualTo("No flow was attached to this conversation.\n");
        assertThat(asked).contains("POST /api/conversations/" + CONVERSATION + "/flow/stop ");
    }

    @Test
    void aRefusalIsShownInTheArchiversWords() {
        status = 404;
        answer = "{\"detail\": \"The store does not know this conversation.\"}";

        var run = setting.run("handoff", "--conversation", CONVERSATION);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("404: The store does not know this conversation.");
    }

    @Test
    void aWrongSignInAndAnArchiverThatIsAwayAreNamed() {
        var refused = setting.with("CONSOLE_PASSWORD", "another").run("handoff", "--conversation", CONVERSATION);
        var away = setting.with("ARCHIVER_URL", "http://127.0.0.1:1").run("handoff", "--conversation", CONVERSATION);

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("CONSOLE_PASSWORD");
        assertThat(away.status()).isEqualTo(1);
        assertThat(away.err()).contains("ARCHIVER_URL");
    }

    @Test
    void whatIsMissingOrMalformedIsWrongUse() {
        assertThat(setting.run("handoff").status()).isEqualTo(2);
        assertThat(setting.run("handoff", "--conversation", "CH1/../x").status())
                .isEqualTo(2);
        assertThat(setting.run("resend", "--handoff", "../x").status()).isEqualTo(2);
        assertThat(setting.without("CONSOLE_PASSWORD")
                        .run("stop-flow", "--conversation", CONVERSATION)
                        .status())
                .isEqualTo(2);
        assertThat(asked).isEmpty();
    }
}

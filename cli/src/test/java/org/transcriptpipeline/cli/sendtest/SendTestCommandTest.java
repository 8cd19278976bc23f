package org.transcriptpipeline.cli.sendtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.cli.StoreForTests;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Signature;

/// A server answers as ingest does, and checks the signature with the simulator's HMAC.
class SendTestCommandTest {

    private static final String ACCOUNT = Sids.account("send-test");
    private static final String TOKEN = "a-token-of-send-test";

    private HttpServer server;
    private volatile int answer = 204;
    private volatile boolean isStoring = true;
    private Run.Setting setting;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var base = "http://127.0.0.1:" + server.getAddress().getPort() + "/in";
        server.createContext("/in/webhooks/conversations", exchange -> {
            var form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            var right = Signature.of(TOKEN, base + "/webhooks/conversations", form);
            boolean isSigned = right.equals(exchange.getRequestHeaders().getFirst("X-Twilio-Signature"));
            if (isSigned && isStoring) {
                store(valueOf(form, "MessageSid"), valueOf(form, "ConversationSid"));
            }
            exchange.sendResponseHeaders(isSigned ? answer : 403, -1);
            exchange.close();
        });
        server.start();
        setting = Run.Setting.of(Map.of(
                "TWILIO_ACCOUNT_SID", ACCOUNT,
                "TWILIO_AUTH_TOKEN", TOKEN,
                "PUBLIC_BASE_URL", base,
                "SPRING_DATASOURCE_URL", StoreForTests.jdbcUrl()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void followsTheMessageToItsRow() {
        var run = setting.run("send-test", "--json");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.json().path("state").stringValue()).isEqualTo("stored");
        assertThat(run.json().path("conversationSid").stringValue())
                .startsWith("CH7e577e57")
                .hasSize(34);
        assertThat(run.everything()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"403, signature", "503, kafka", "502, public_url", "500, ingest"})
    void saysWhereItGotStuck(int status, String step) {
        answer = status;

        var run = setting.run("send-test", "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json().path("step").stringValue()).isEqualTo(step);
    }

    @Test
    void saysThatTheArchiverHasNotStoredIt() {
        isStoring = false;

        var run = setting.run("send-test", "--json", "--timeout", "PT0.5S");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json().path("step").stringValue()).isEqualTo("archiver");
    }

    @Test
    void saysThatNobodyAnswers() {
        var run = setting.with("PUBLIC_BASE_URL", "http://127.0.0.1:1").run("send-test", "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json().path("step").stringValue()).isEqualTo("public_url");
    }

    @Test
    void aWrongTokenIsASignatureThatIsRefused() {
        var run = setting.with("TWILIO_AUTH_TOKEN", "another").run("send-test", "--json");

        assertThat(run.json().path("step").stringValue()).isEqualTo("signature");
    }

    private static void store(String messageSid, String conversationSid) {
        StoreForTests.update("""
                INSERT INTO store.messages (
                    message_sid, conversation_sid, account_sid, is_stub, first_received_at, sources, versions
                )
                VALUES (?, ?, ?, false, now(), '{webhook}', ''::bytea)
                """, messageSid, conversationSid, ACCOUNT);
    }

    private static List<Parameter> form(String body) {
        return Arrays.stream(body.split("&"))
                .map(pair -> pair.split("=", 2))
                .map(pair -> new Parameter(URLDecoder.decode(pair[0], UTF_8), URLDecoder.decode(pair[1], UTF_8)))
                .toList();
    }

    private static String valueOf(List<Parameter> form, String name) {
        return form.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .findFirst()
                .orElseThrow();
    }
}

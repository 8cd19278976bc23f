package org.transcriptpipeline.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.Transcripts;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Signature;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// `bin/transcripts` beside the running pipeline: sets it up, sends through it, has it catch up, explains what it
/// refuses.
class CommandLineIT {

    private static final String OURS = "+12025550199";

    @Test
    void setsUpSendsReconcilesAndExplains(@TempDir Path directory) throws Exception {
        try (var standalone = StandaloneProcess.withAccount(directory, "command-line")) {
            var world = new TwilioWorld(standalone.accountSid(), 20261123, Clock.systemUTC());
            try (var rest = standalone.restStandIn(world)) {
                rest.hasNumber(OURS);
                var environment = standalone.toolEnvironment();
                standalone.start();

                assertThat(transcripts(environment, "provision", "--apply", "--sample-flow", "--number", OURS))
                        .isZero();
                assertThat(transcripts(environment, "verify", "--sample-flow", "--number", OURS))
                        .isZero();

                assertThat(transcripts(environment, "send-test")).isZero();

                // nobody sends this world's webhooks: the pipeline knows nothing of it until it asks
                world.inbound("+12025550143", OURS, "hello");
                world.inbound("+12025550143", OURS, "hello again");
                var conversation = world.conversations().getFirst().sid();
                assertThat(transcripts(
                                environment,
                                "reconcile",
                                "--conversation",
                                conversation,
                                "--wait",
                                "--timeout",
                                "PT60S"))
                        .isZero();
                assertThat(standalone
                                .database()
                                .sql("SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ?")
                                .param(conversation)
                                .query(Long.class)
                                .single())
                        .isEqualTo(2);

                refusedForItsScheme(environment);
                await("the refused request is kept")
                        .atMost(Duration.ofSeconds(20))
                        .until(
                                () -> said(environment, "doctor", "--from-quarantine", "--json"),
                                said -> said.contains("\"cause\" : \"scheme\""));

                takesUpWhatAWrongTokenRefused(environment, standalone);
            }
        }
    }

    /// The token was changed at Twilio and not here; `adopt` is given the new one.
    private static void takesUpWhatAWrongTokenRefused(Map<String, String> environment, StandaloneProcess standalone)
            throws IOException, InterruptedException {
        var mended = new HashMap<>(environment);
        mended.put("TWILIO_AUTH_TOKEN", "the-token-after-the-rotation");
        var conversation = "CH" + "7".repeat(32);
        refused(
                environment,
                mended.get("TWILIO_AUTH_TOKEN"),
                environment.get("PUBLIC_BASE_URL"),
                List.of(
                        new Parameter("AccountSid", environment.get("TWILIO_ACCOUNT_SID")),
                        new Parameter("EventType", "onMessageAdded"),
                        new Parameter("ConversationSid", conversation),
                        new Parameter("MessageSid", "IM" + "7".repeat(32)),
                        new Parameter("Index", "0"),
                        new Parameter("Author", "system"),
                        new Parameter("Body", "refused")));
        var adopt = new String[] {"quarantine", "adopt", "--reason", "mismatch", "--apply", "--json"};
        await("the refused request is kept, and taken up")
                .atMost(Duration.ofSeconds(20))
                .until(() -> said(mended, adopt), said -> said.contains("\"adopted\" : 1"));
        await("the message is stored")
                .atMost(Duration.ofSeconds(20))
                .until(() -> messages(standalone, conversation) == 1);
        var rows = rowOf(standalone, conversation);

        assertThat(said(mended, adopt)).contains("\"already adopted\" : 1").doesNotContain("\"adopted\" : 1");
        assertThat(transcripts(mended, "quarantine", "list", "--reason", "mismatch"))
                .isZero();
        assertThat(rowOf(standalone, conversation)).isEqualTo(rows);
        assertThat(standalone
                        .database()
                        .sql("SELECT count(*) FROM transcripts.quarantine_decisions WHERE decision = 'adopt'")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    private static long messages(StandaloneProcess standalone, String conversation) {
        return standalone
                .database()
                .sql("SELECT count(*) FROM transcripts.messages WHERE conversation_sid = ?")
                .param(conversation)
                .query(Long.class)
                .single();
    }

    private static String rowOf(StandaloneProcess standalone, String conversation) {
        return standalone
                .database()
                .sql("SELECT m::text FROM store.messages m WHERE m.conversation_sid = ?")
                .param(conversation)
                .query(String.class)
                .single();
    }

    private static void refusedForItsScheme(Map<String, String> environment) throws IOException, InterruptedException {
        refused(
                environment,
                environment.get("TWILIO_AUTH_TOKEN"),
                environment.get("PUBLIC_BASE_URL").replace("http://", "https://"),
                List.of(
                        new Parameter("AccountSid", environment.get("TWILIO_ACCOUNT_SID")),
                        new Parameter("EventType", "onMessageAdded")));
    }

    private static void refused(
            Map<String, String> environment, String token, String signedFor, List<Parameter> parameters)
            throws IOException, InterruptedException {
        var url = environment.get("PUBLIC_BASE_URL") + "/webhooks/conversations";
        var signature = Signature.of(token, signedFor + "/webhooks/conversations", parameters);
        var body = parameters.stream()
                .map(parameter -> parameter.name() + "=" + URLEncoder.encode(parameter.value(), UTF_8))
                .collect(Collectors.joining("&"));
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofSeconds(10))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("X-Twilio-Signature", signature)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(403);
        }
    }

    private static int transcripts(Map<String, String> environment, String... arguments) {
        return Transcripts.run(surroundings(environment, new ByteArrayOutputStream()), arguments);
    }

    private static String said(Map<String, String> environment, String... arguments) {
        var out = new ByteArrayOutputStream();
        Transcripts.run(surroundings(environment, out), arguments);
        return out.toString(UTF_8);
    }

    private static Surroundings surroundings(Map<String, String> environment, ByteArrayOutputStream out) {
        return new Surroundings(
                environment,
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, UTF_8),
                System.err,
                Clock.systemUTC());
    }
}

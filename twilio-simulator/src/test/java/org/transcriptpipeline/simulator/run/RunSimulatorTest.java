package org.transcriptpipeline.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.simulator.Receiver;
import org.transcriptpipeline.simulator.Sids;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunSimulatorTest {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "TWILIO_ACCOUNT_SID", Sids.account("test"), "TWILIO_AUTH_TOKEN", Receiver.TOKEN, "SIMULATOR_PORT", "0");

    @TempDir
    Path directory;

    @Test
    void whatItTellsAndWhatItHasLostAreTogetherWhatIsTrue() throws Exception {
        var scenario = Files.writeString(directory.resolve("scenario.yaml"), """
                name: test
                number: "+12025550199"
                conversations: 20
                webhooks: {drop: 0.3, repeat: 0.3, reorder: 100ms}
                event-stream: true
                rest-faults:
                  - {answer: 500, path: /Messages}
                happenings:
                  - customer: Hi
                  - flow: quiet
                  - bot: loud
                """);
        try (var receiver = new Receiver();
                var running = RunSimulator.start(
                        List.of(scenario.toString(), receiver.baseUrl().toString(), Receiver.PUBLIC_BASE_URL),
                        ENVIRONMENT)) {
            var summary = running.play();

            assertThat(summary).startsWith("20 conversations; webhooks: 80 due");
            var told = new HashSet<String>();
            receiver.received().stream()
                    .filter(r -> r.path().equals("/webhooks/conversations"))
                    .forEach(r -> told.add(r.value("MessageSid")));
            var messages = truth(running.baseUrl())
                    .path("conversations")
                    .valueStream()
                    .flatMap(c -> c.path("messages").valueStream())
                    .toList();
            assertThat(messages).hasSize(60);
            assertThat(messages)
                    .allSatisfy(
                            m -> assertThat(m.path("announcement").asString().equals("told"))
                                    .isEqualTo(told.contains(m.path("sid").asString())));
            assertThat(messages)
                    .extracting(m -> m.path("announcement").asString())
                    .contains("told", "dropped", "none")
                    .doesNotContain("pending");
        }
    }

    @Test
    void wrongUseIsExplained() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> RunSimulator.start(List.of("load.yaml"), ENVIRONMENT))
                .withMessageContaining("Use: RunSimulator");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> RunSimulator.start(List.of("load.yaml", "http://localhost:1"), Map.of()))
                .withMessageContaining("TWILIO_ACCOUNT_SID");
    }

    private static JsonNode truth(URI baseUrl) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(baseUrl + "/_truth/conversations"))
                    .build();
            return JsonMapper.shared()
                    .readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
        }
    }
}

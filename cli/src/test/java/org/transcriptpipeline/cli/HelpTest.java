package org.transcriptpipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

    private final Run.Setting setting = Run.Setting.of(Map.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "provision",
                "verify",
                "doctor",
                "send-test",
                "start",
                "reset",
                "reconcile",
                "export",
                "quarantine list",
                "quarantine show",
                "quarantine adopt",
                "quarantine drop",
                "quarantine allow",
                "replay",
                "erase",
                "hold",
                "retention",
                "rules check",
                "rules explain",
                "handoff",
                "resend",
                "stop-flow"
            })
    void everyCommandExplainsItselfAndKnowsJson(String command) {
        var run = setting.run((command + " --help").split(" "));

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("Usage: transcripts " + command).contains("--json");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void withoutACommandItShowsThemAll() {
        var run = setting.run("--help");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "provision",
                        "verify",
                        "doctor",
                        "send-test",
                        "start",
                        "reset",
                        "reconcile",
                        "quarantine",
                        "replay",
                        "erase",
                        "hold",
                        "retention",
                        "handoff",
                        "resend",
                        "rules");
        assertThat(setting.run().status()).isEqualTo(2);
        assertThat(setting.run("rules").status()).isEqualTo(2);
        assertThat(setting.run("no-such-command").status()).isEqualTo(2);
    }

    @Test
    void aProgramGetsADocumentForAnErrorToo() {
        var run = setting.run("verify", "--json");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.json().path("error").stringValue()).startsWith("Missing: --public-url");
    }
}

package org.transcriptpipeline.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StartTest {

    private final Surroundings around = Surroundings.get();

    @Test
    void aDestinationWithoutAMailServerIsRefusedInOneSentence(CapturedOutput output) {
        assertThatThrownBy(() -> around.notifier("--transcripts.handoff.email-to=anna@operators.example"))
                .rootCause()
                .hasMessage("HANDOFF_EMAIL_TO is set, but there is no mail server to send by.");

        assertThat(output).contains("Set SPRING_MAIL_HOST").doesNotContain("anna@");
    }

    @Test
    void aDestinationThatIsNoAddressIsRefusedByItsPlace(CapturedOutput output) {
        assertThatThrownBy(() -> around.notifier(
                        "--transcripts.handoff.email-to=anna@operators.example,not an address",
                        "--spring.mail.host=127.0.0.1"))
                .rootCause()
                .hasMessage("Entry 2 of HANDOFF_EMAIL_TO is no e-mail address.");

        assertThat(output).doesNotContain("not an address", "anna@");
    }

    @Test
    void aMailNeedsASender() {
        assertThatThrownBy(() -> around.notifier(
                        "--transcripts.handoff.email-to=anna@operators.example",
                        "--spring.mail.host=127.0.0.1",
                        "--transcripts.handoff.email-from="))
                .rootCause()
                .hasMessageContaining("HANDOFF_EMAIL_FROM");
    }

    @Test
    void withoutADestinationItStartsAndSaysSo(CapturedOutput output) {
        try (var notifier = around.notifier("--transcripts.handoff.email-to=")) {
            assertThat(notifier.isRunning()).isTrue();
        }

        assertThat(output).contains("No destination is configured");
    }

    @Test
    void aFileOfRulesThatCannotBeUsedStopsTheStartWithItsLine(CapturedOutput output, @TempDir Path directory)
            throws Exception {
        var rules = Files.writeString(directory.resolve("rules.yaml"), """
                destinations:
                  people: {email: "not an address"}
                """);

        assertThatThrownBy(() -> around.notifier("--transcripts.handoff.rules=" + rules))
                .rootCause()
                .hasMessage(rules + ", line 2: this is no e-mail address");

        assertThat(output).contains("bin/transcripts rules check").doesNotContain("not an address");
    }

    @Test
    void aTemplateThatCannotBeUsedStopsTheStartWithItsName(CapturedOutput output, @TempDir Path directory)
            throws Exception {
        Files.writeString(directory.resolve("handoff.txt"), "[(${document.nothing()})]");

        assertThatThrownBy(() -> around.notifier("--transcripts.handoff.templates=" + directory))
                .hasStackTraceContaining("UnusableTemplatesException");

        assertThat(output)
                .contains("APPLICATION FAILED TO START", "handoff.txt cannot be used", "see docs/templates.md");
    }

    @Test
    void aWebhookThatCouldNeverBeCalledIsRefused(CapturedOutput output) {
        assertThatThrownBy(() -> around.notifier(
                        "--transcripts.handoff.webhook-url=http://crm.example.com/secret-path",
                        "--transcripts.handoff.webhook-secret=bmluZXR5LW5pbmUgYm90dGxlcyBvZiBiZWVyIG9u"))
                .rootCause()
                .hasMessageStartingWith("The URL of the destination everyone-webhook will not do: it is not https");

        assertThat(output).doesNotContain("secret-path", "bmluZXR5");
    }
}

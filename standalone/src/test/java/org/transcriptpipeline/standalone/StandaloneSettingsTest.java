package org.transcriptpipeline.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandaloneSettingsTest {

    @Test
    void withoutAnyTokenTheDemoIsPlayedOnThisMachinesAddress() {
        var settings = StandaloneSettings.of(Map.of("INGEST_PORT", "8085", "TWILIO_AUTH_TOKEN", " "));

        assertThat(settings.demo()).isTrue();
        assertThat(settings.hasAccount()).isFalse();
        assertThat(settings.publicBaseUrls()).isEqualTo("http://localhost:8085");
        assertThat(settings.mailsGoToFiles()).isTrue();
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("data").toAbsolutePath());
    }

    @Test
    void withATokenTheDemoIsPlayedOnlyWhenItIsAskedFor() {
        var real = Map.of("TWILIO_AUTH_TOKEN", "t", "PUBLIC_BASE_URL", "https://hooks.example.com");
        var more =
                Map.of("TRANSCRIPTS_ACCOUNTS_SECOND_AUTHTOKENS_0", "t", "PUBLIC_BASE_URL", "https://hooks.example.com");
        var both = Map.of(
                "TWILIO_AUTH_TOKEN", "t", "PUBLIC_BASE_URL", "https://hooks.example.com", "STANDALONE_DEMO", "true");

        assertThat(StandaloneSettings.of(real).demo()).isFalse();
        assertThat(StandaloneSettings.of(more).demo()).isFalse();
        assertThat(StandaloneSettings.of(both).demo()).isTrue();
        assertThat(StandaloneSettings.of(Map.of("STANDALONE_DEMO", "false")).demo())
                .isFalse();
    }

    @Test
    void whatMakesNoSenseIsRefusedInASentence() {
        refused(Map.of("TWILIO_AUTH_TOKEN", "t"), "PUBLIC_BASE_URL is not: set it to the address that Twilio calls");
        refused(Map.of("STANDALONE_DEMO", "yes"), "STANDALONE_DEMO must be true or false, it is yes");
        refused(Map.of("KAFKA_PORT", "many"), "KAFKA_PORT must be a port from 1 to 65535, it is many");
        refused(Map.of("INGEST_PORT", "70000"), "INGEST_PORT must be a port from 1 to 65535, it is 70000");
        refused(Map.of("KAFKA_PORT", "5433"), "KAFKA_PORT and POSTGRES_PORT are both 5433");
        refused(Map.of("CONSOLE_USERNAME", "ada"), "CONSOLE_USERNAME and CONSOLE_PASSWORD belong together");
        refused(Map.of("STANDALONE_DATA_DIRECTORY", "\0"), "STANDALONE_DATA_DIRECTORY is no path");
    }

    private static void refused(Map<String, String> environment, String sentence) {
        assertThatExceptionOfType(StandaloneException.class)
                .isThrownBy(() -> StandaloneSettings.of(environment))
                .withMessageContaining(sentence);
    }
}

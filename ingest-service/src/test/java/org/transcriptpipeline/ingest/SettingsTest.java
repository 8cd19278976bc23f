package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void withoutAPublicUrlItDoesNotStart() {
        assertThatThrownBy(() -> start(Map.of("transcripts.public-base-urls", "")))
                .rootCause()
                .hasMessageContaining("PUBLIC_BASE_URL");
    }

    @Test
    @Tag("S5")
    void aTokenWithoutItsAccountStopsTheStartAndIsNotPrinted() {
        assertThatThrownBy(() -> start(Map.of("transcripts.accounts.default.sid", "")))
                .rootCause()
                .hasMessageContaining("TWILIO_ACCOUNT_SID")
                .hasMessageNotContaining(Twilio.TOKEN);
    }

    @Test
    void anythingButAnHttpUrlStopsTheStart() {
        assertThatThrownBy(() -> start(Map.of("transcripts.public-base-urls", "hooks.example.com")))
                .rootCause()
                .hasMessageContaining("https://host");
    }

    private static void start(Map<String, String> settings) {
        IngestApplication.create()
                .run(RunningIngest.arguments("127.0.0.1:9", settings))
                .close();
    }
}

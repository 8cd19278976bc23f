package org.transcriptpipeline.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignedWebhookTest {

    @Test
    void signsAsTwiliosPublishedVectorSays() {
        var webhook = SignedWebhook.to("/myapp.php")
                .withQuery("foo=1&bar=2")
                .signedFor("https://mycompany.com")
                .signedWith("12345")
                .with("Digits", "1234")
                .with("CallSid", "CA1234567890ABCDE")
                .with("To", "+18005551212")
                .with("Caller", "+14158675309")
                .with("From", "+14158675309");

        assertThat(webhook.signature()).isEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }
}

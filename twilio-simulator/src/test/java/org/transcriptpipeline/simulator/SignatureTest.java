package org.transcriptpipeline.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Against vectors that Twilio's helper libraries publish (V1, V13, V14) and two samples of our reference (S3, S12).
class SignatureTest {

    private static final String URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private static final String SAMPLE_TOKEN = "5f0c1e2d3b4a59687786a5b4c3d2e1f0";
    private static final String SAMPLE_ACCOUNT = "AC" + "3f1b7c9a2d4e4f60a1b2c3d4e5f60718";

    @Test
    void aFormIsSignedAsTheHelperLibrariesDo() {
        var parameters = List.of(
                new Parameter("Digits", "1234"),
                new Parameter("CallSid", "CA1234567890ABCDE"),
                new Parameter("To", "+18005551212"),
                new Parameter("Caller", "+14158675309"),
                new Parameter("From", "+14158675309"));

        assertThat(Signature.of("12345", URL, parameters)).isEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    @Test
    @Tag("I5")
    void ofARepeatedNameTheDistinctValuesAreSigned() {
        var addresses = List.of(
                new Parameter("MessagingBinding.Address", "+1325xxxxxxx"),
                new Parameter("MessagingBinding.Address", "+1415xxxxxxx"));
        var digits = List.of(
                new Parameter("Sid", "CA123"),
                new Parameter("SidAccount", "AC123"),
                new Parameter("Digits", "5678"),
                new Parameter("Digits", "1234"),
                new Parameter("Digits", "1234"));

        assertThat(Signature.of("12345", URL, addresses)).isEqualTo("83O6e2vORAoJHUNzJjDWN1jz+BA=");
        assertThat(Signature.of("12345", URL, digits)).isEqualTo("IK+Dwps556ElfBT0I3Rgjkr1wJU=");
    }

    @Test
    void aWholeRequestIsReadSignedAndWrittenBack() {
        var message =
                "MessagingServiceSid=MG0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f&EventType=onMessageAdded&Attributes=%7B%7D"
                        + "&DateCreated=2026-03-02T14%3A05%3A09.611Z&Index=0&ChatServiceSid=IS7a6b5c4d3e2f41109f8e7d6c5b4a3928"
                        + "&MessageSid=IM0a1b2c3d4e5f60718293a4b5c6d7e8f9&AccountSid=" + SAMPLE_ACCOUNT
                        + "&Source=SMS&RetryCount=0&Author=%2B12025550143&ParticipantSid=MB1122334455667788990011223344aabb"
                        + "&Body=Hi%2C+is+my+order+%231042+late%3F+Caf%C3%A9+%26+bar+%F0%9F%98%80"
                        + "&ConversationSid=CH91d2c3b4a5f64e7788990a1b2c3d4e5f";
        var groupMessage =
                "MessagingServiceSid=MG0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f&EventType=onConversationAdd&Attributes=%7B%7D"
                        + "&ChatServiceSid=IS7a6b5c4d3e2f41109f8e7d6c5b4a3928&MessageBody=hello+all"
                        + "&MessagingBinding.Address=%2B12025550177&MessagingBinding.Address=%2B12025550199"
                        + "&MessagingBinding.AuthorAddress=%2B12025550143&AccountSid=" + SAMPLE_ACCOUNT
                        + "&Source=SMS&State=initializing&RetryCount=0";

        assertThat(Signature.of(
                        SAMPLE_TOKEN, "https://ingest.example.com/twilio/conversations", FormBody.decode(message)))
                .isEqualTo("zucWbBd85WKCKtNV4lP7sbxc5T0=");
        assertThat(Signature.of(
                        SAMPLE_TOKEN,
                        "https://ingest.example.com/twilio/conversations/pre",
                        FormBody.decode(groupMessage)))
                .isEqualTo("xd3+kPWz2ejXPHxn367iOEqmPjE=");
        assertThat(FormBody.encode(FormBody.decode(message))).isEqualTo(message);
        assertThat(FormBody.encode(FormBody.decode(groupMessage))).isEqualTo(groupMessage);
    }
}

package org.transcriptpipeline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.EventCodec.Readable;
import org.transcriptpipeline.event.TranscriptEvent;

/// Two accounts, each in the middle of a rotation.
class SeveralAccountsTest {

    private static final String EAST = "AC" + "ea570000000000000000000000000001";
    private static final String WEST = "AC" + "3e570000000000000000000000000002";
    private static final String EAST_PRIMARY = "ea".repeat(16);
    private static final String EAST_SECONDARY = "eb".repeat(16);
    private static final String WEST_PRIMARY = "3a".repeat(16);
    private static final String WEST_SECONDARY = "3b".repeat(16);

    private static RunningIngest ingest;

    private final RunningIngest.Mark mark = ingest.mark();

    @BeforeAll
    static void start() {
        ingest = RunningIngest.startWith(Map.of(
                "transcripts.accounts.default.sid",
                "",
                "transcripts.accounts.default.auth-tokens",
                "",
                "transcripts.accounts.east.sid",
                EAST,
                "transcripts.accounts.east.auth-tokens",
                EAST_PRIMARY + "," + EAST_SECONDARY,
                "transcripts.accounts.west.sid",
                WEST,
                "transcripts.accounts.west.auth-tokens",
                WEST_PRIMARY + "," + WEST_SECONDARY,
                "transcripts.flow-ended.username",
                "studio",
                "transcripts.flow-ended.password",
                "open-sesame-4711"));
    }

    @AfterAll
    static void stop() {
        ingest.close();
    }

    static Stream<Arguments> tokens() {
        return Stream.of(
                Arguments.of(EAST, EAST_PRIMARY),
                Arguments.of(EAST, EAST_SECONDARY),
                Arguments.of(WEST, WEST_PRIMARY),
                Arguments.of(WEST, WEST_SECONDARY));
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void bothTokensOfEachAccountProveItsRequests(String account, String token) {
        assertThat(ingest.post(messageOf(account).signedWith(token)).statusCode())
                .isEqualTo(204);

        assertThat(event().source().accountSid()).isEqualTo(account);
    }

    @Test
    @Tag("I7")
    void aTokenProvesNoOtherAccountThanItsOwn() {
        assertThat(ingest.post(messageOf(EAST).signedWith(WEST_PRIMARY)).statusCode())
                .isEqualTo(403);
        assertThat(ingest.post(messageOf(WEST).signedWith(EAST_SECONDARY)).statusCode())
                .isEqualTo(403);

        assertThat(mark.onlyOf(kept -> EAST.equals(kept.key())).topic()).isEqualTo("transcripts.quarantine");
        assertThat(mark.onlyOf(kept -> WEST.equals(kept.key())).topic()).isEqualTo("transcripts.quarantine");
    }

    @Test
    void aFlowsEndNamesNobodyAndIsOfTheAccountWhoseTokenSignedIt() {
        var ended = SignedWebhook.to("/webhooks/flow-ended").with("conversationSid", Twilio.CONVERSATION);

        assertThat(ingest.post(ended.signedWith(WEST_SECONDARY)).statusCode()).isEqualTo(204);

        assertThat(event().source().accountSid()).isEqualTo(WEST);
    }

    @Test
    void aPasswordSaysNotWhoseFlowEndedSoTheRequestMust() {
        assertThat(endedWithPassword("conversationSid=" + Twilio.CONVERSATION)).isEqualTo(400);
        assertThat(endedWithPassword("conversationSid=" + Twilio.CONVERSATION + "&accountSid=" + Twilio.ACCOUNT))
                .isEqualTo(400);
        assertThat(endedWithPassword("conversationSid=" + Twilio.CONVERSATION + "&accountSid=" + EAST))
                .isEqualTo(204);

        assertThat(event().source().accountSid()).isEqualTo(EAST);
    }

    private TranscriptEvent event() {
        var written = mark.onlyOf(record -> record.topic().equals("transcripts.events"));
        return ((Readable<TranscriptEvent>) new EventCodec().decode(written.value())).value();
    }

    private static int endedWithPassword(String form) {
        var credentials = Base64.getEncoder().encodeToString("studio:open-sesame-4711".getBytes(UTF_8));
        return ingest.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ingest.port() + "/webhooks/flow-ended"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .header("Authorization", "Basic " + credentials)
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build())
                .statusCode();
    }

    private static SignedWebhook messageOf(String account) {
        return SignedWebhook.to("/webhooks/conversations")
                .with("EventType", "onMessageAdded")
                .with("AccountSid", account)
                .with("ConversationSid", Twilio.CONVERSATION)
                .with("MessageSid", Twilio.MESSAGE);
    }
}

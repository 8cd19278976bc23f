package org.transcriptpipeline.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Signature;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import org.transcriptpipeline.simulator.world.WorldEvent;

/// What only Twilio can tell: whether the token is right, and what failed when it called.
class DoctorAndTwilioTest {

    private static final String ACCOUNT = Sids.account("doctor and Twilio");
    private static final String TOKEN = "the-token-of-the-account";
    private static final String URL = "https://hooks.example.com/webhooks/conversations";
    private static final List<Parameter> FORM =
            List.of(new Parameter("AccountSid", ACCOUNT), new Parameter("EventType", "onConversationAdded"));

    private final TwilioWorld world = new TwilioWorld(ACCOUNT, 3, Clock.systemUTC());
    private RestStandIn twilio;
    private Run.Setting setting;

    @BeforeEach
    void start() {
        twilio = new RestStandIn(world, TOKEN);
        setting = Run.Setting.of(Map.of(
                        "TWILIO_ACCOUNT_SID",
                        ACCOUNT,
                        "TWILIO_AUTH_TOKEN",
                        TOKEN,
                        "TWILIO_API_BASE_URL",
                        twilio.baseUrl().toString(),
                        "PUBLIC_BASE_URL",
                        "https://hooks.example.com"))
                .reading("POST /webhooks/conversations\nX-Twilio-Signature: " + Signature.of(TOKEN, URL, FORM)
                        + "\n\nAccountSid=" + ACCOUNT + "&EventType=onConversationAdded");
    }

    @AfterEach
    void stop() {
        twilio.close();
    }

    @Test
    void aTokenThatTwilioRefusesIsTheCause() {
        var run = setting.with("TWILIO_AUTH_TOKEN", "another-token").run("doctor", "--json");

        assertThat(run.status()).isZero();
        assertThat(run.json().path("causes").path(0).path("cause").stringValue())
                .isEqualTo("wrong_token");
        assertThat(run.everything()).doesNotContain("another-token");
    }

    @Test
    void aTokenThatTwilioTakesIsNot() {
        var changed = setting.reading(
                "POST /webhooks/conversations\nX-Twilio-Signature: c2lnbmVkIGJ5IHNvbWVib2R5\n\nAccountSid=" + ACCOUNT);

        var run = changed.run("doctor", "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json().path("verdict").stringValue()).isEqualTo("unexplained");
        assertThat(run.json().path("causes").isEmpty()).isTrue();
    }

    @Test
    void aTokenOfTheFileIsNamedByItsPlace(@TempDir Path directory) throws IOException {
        var tokens = Files.writeString(directory.resolve("tokens"), "one\n" + TOKEN + "\n");

        var run = setting.with("TWILIO_AUTH_TOKEN", "another-token")
                .run("doctor", "--offline", "--json", "--tokens", tokens.toString());

        assertThat(run.json().path("causes").path(0).path("cause").stringValue())
                .isEqualTo("other_token");
        assertThat(run.json().path("causes").path(0).path("detail").stringValue())
                .isEqualTo("number 2 in the file");
        assertThat(run.everything()).doesNotContain(TOKEN);
    }

    @Test
    void whatFailedAtOurAddressIsListedAndNothingElse() {
        world.inbound("+12025550143", "+12025550199", "hello");
        var event =
                new WorldEvent.ConversationUpdated(world.conversations().getFirst(), Origin.values()[0], Instant.now());
        world.losses().dropped(event, URL + "?number=%2B12025550143", 502);
        world.losses().dropped(event, "https://elsewhere.example.net/hook", 502);

        var run = setting.run("doctor", "--alerts", "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json().path("alerts").valueStream()).singleElement().satisfies(alert -> {
            assertThat(alert.path("endpoint").stringValue()).isEqualTo("/webhooks/conversations");
            assertThat(alert.path("errorCode").stringValue()).isEqualTo("11200");
        });
        assertThat(run.everything()).doesNotContain("2025550143");
    }

    @Test
    void withoutAnAlertThereIsNothingToList() {
        var run = setting.run("doctor", "--alerts");

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("Twilio has no alert about our addresses in this time.\n");
    }
}

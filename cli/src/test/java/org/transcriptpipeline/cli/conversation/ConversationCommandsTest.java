package org.transcriptpipeline.cli.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.TwilioWorld;

class ConversationCommandsTest {

    private static final String ACCOUNT = Sids.account("start");
    private static final String TOKEN = "a-token-of-start";
    private static final String OURS = "+12025550199";
    private static final String CUSTOMER = "+12025550143";
    private static final String WORDS = "Your dog is ready";

    private final TwilioWorld world = new TwilioWorld(ACCOUNT, 11, Clock.systemUTC());
    private RestStandIn twilio;
    private Run.Setting setting;

    @BeforeEach
    void start() {
        twilio = new RestStandIn(world, TOKEN);
        twilio.hasNumber(OURS);
        setting = Run.Setting.of(Map.of(
                "TWILIO_ACCOUNT_SID", ACCOUNT,
                "TWILIO_AUTH_TOKEN", TOKEN,
                "TWILIO_API_BASE_URL", twilio.baseUrl().toString()));
    }

    @AfterEach
    void stop() {
        twilio.close();
    }

    @Test
    void theFirstMessageOpensAConversationThatWebhooksHearOf() {
        var run = starting();

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.json().path("state").stringValue()).isEqualTo("started");
        var conversation = world.conversations().getFirst();
        assertThat(run.json().path("conversationSid").stringValue()).isEqualTo(conversation.sid());
        assertThat(world.participants(conversation.sid())).hasSize(1);
        assertThat(world.messages(conversation.sid())).singleElement().satisfies(message -> {
            assertThat(message.body()).isEqualTo(WORDS);
            assertThat(message.isAnnounced()).isTrue();
        });
        assertThat(run.everything()).doesNotContain(TOKEN, WORDS, CUSTOMER);
    }

    @Test
    void aRepeatSendsNothingTwice() {
        starting();
        twilio.forgetRequests();

        var again = starting();

        assertThat(again.status()).isZero();
        assertThat(again.json().path("state").stringValue()).isEqualTo("present");
        assertThat(world.conversations()).hasSize(1);
        assertThat(world.messages(world.conversations().getFirst().sid())).hasSize(1);
    }

    @Test
    void whatAFailureLeftIsTakenUp() {
        twilio.answersWith(Fault.status(500), "Participants");
        assertThat(starting().status()).isEqualTo(1);
        twilio.answersNormally();

        var again = starting();

        assertThat(again.json().path("state").stringValue()).isEqualTo("started");
        assertThat(world.conversations()).hasSize(1);
    }

    @Test
    void anOpenConversationOfTheSameNumbersIsNamed() {
        starting();

        var other = setting.run("start", "--to", CUSTOMER, "--from", OURS, "--body", "another text");

        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).startsWith("These two numbers have an open conversation already");
    }

    @Test
    void plainIsASimpleMessageThroughTheMessagingService() {
        var run = setting.run("start", "--plain", "--to", CUSTOMER, "--body", WORDS, "--json");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.json().path("messageSid").stringValue()).startsWith("SM");
        assertThat(world.conversations()).isEmpty();
        assertThat(twilio.changingCalls())
                .singleElement()
                .satisfies(call -> assertThat(call.form()).containsKey("MessagingServiceSid"));
    }

    @Test
    void resetShowsAndOnlyThenDeletes() {
        starting();
        var sid = world.conversations().getFirst().sid();

        var shown = setting.run("reset", "--address", CUSTOMER, "--json");
        assertThat(shown.status()).isEqualTo(1);
        assertThat(shown.json().path("state").stringValue()).isEqualTo("different");
        assertThat(shown.json()
                        .path("conversations")
                        .path(0)
                        .path("conversationSid")
                        .stringValue())
                .isEqualTo(sid);
        assertThat(world.conversations()).hasSize(1);

        var deleted = setting.run("reset", "--address", CUSTOMER, "--apply");
        assertThat(deleted.status()).isZero();
        assertThat(deleted.out()).startsWith("Deleted:\n  " + sid);
        assertThat(world.conversations()).isEmpty();
        assertThat(setting.run("reset", "--address", CUSTOMER).out()).isEqualTo("There is no open conversation.\n");
    }

    @Test
    void resetLatestTakesOneOnly() {
        starting();
        world.inbound("+12025550144", OURS, "hello");

        var deleted = setting.run("reset", "--latest", "--apply");

        assertThat(deleted.status()).as(deleted.everything()).isZero();
        assertThat(world.conversations()).hasSize(1);
    }

    @Test
    void wrongUseIsNamed() {
        assertThat(setting.run("start", "--to", CUSTOMER).status()).isEqualTo(2);
        assertThat(setting.run("start", "--to", CUSTOMER, "--body", WORDS).status())
                .isEqualTo(2);
        assertThat(setting.run("start", "--to", "me", "--from", OURS, "--body", WORDS)
                        .status())
                .isEqualTo(2);
        assertThat(setting.run("reset").status()).isEqualTo(2);
        assertThat(setting.run("reset", "--latest", "--address", CUSTOMER).status())
                .isEqualTo(2);
    }

    private Run starting() {
        return setting.run("start", "--to", CUSTOMER, "--from", OURS, "--body", WORDS, "--json");
    }
}

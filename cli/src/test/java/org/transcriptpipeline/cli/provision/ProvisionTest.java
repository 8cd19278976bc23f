package org.transcriptpipeline.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.cli.StoreForTests;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import org.transcriptpipeline.twilio.TwilioCalls;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClientSettings;
import org.transcriptpipeline.twilio.TwilioClientSettings.Credentials;
import org.transcriptpipeline.twilio.TwilioClientSettings.Limits;
import org.transcriptpipeline.twilio.TwilioClientSettings.Location;
import org.transcriptpipeline.twilio.TwilioSetup;
import org.transcriptpipeline.twilio.setup.AddressConfiguration.AutoCreation;
import org.transcriptpipeline.twilio.setup.ConversationsConfiguration;
import org.transcriptpipeline.twilio.setup.ConversationsWebhooks;
import org.transcriptpipeline.twilio.setup.Flow;
import org.transcriptpipeline.twilio.setup.MessagingService;

class ProvisionTest {

    private static final String ACCOUNT = Sids.account("provision");
    private static final String TOKEN = "a-token-of-provisioning";
    private static final String NUMBER = "+12025550199";
    private static final String BASE = "https://hooks.example.com/in";
    private static final List<String> WISH = List.of("--number", NUMBER, "--sample-flow");

    private final TwilioWorld world = new TwilioWorld(ACCOUNT, 7, Clock.systemUTC());
    private RestStandIn twilio;
    private TwilioClient client;
    private TwilioSetup setup;
    private Run.Setting setting;

    @BeforeEach
    void start() {
        twilio = new RestStandIn(world, TOKEN);
        twilio.hasNumber(NUMBER);
        client = TwilioClient.of(new TwilioClientSettings(
                Credentials.authToken(ACCOUNT, TOKEN),
                Location.at(URI.create(twilio.baseUrl().toString())),
                new Limits(
                        1000,
                        Limits.USUAL.connectTimeout(),
                        Limits.USUAL.requestTimeout(),
                        Limits.USUAL.totalTimeout()),
                TwilioCalls.UNHEARD,
                Clock.systemUTC()));
        setup = client.setup();
        setting = Run.Setting.of(Map.of(
                "TWILIO_ACCOUNT_SID", ACCOUNT,
                "TWILIO_AUTH_TOKEN", TOKEN,
                "TWILIO_API_BASE_URL", twilio.baseUrl().toString(),
                "PUBLIC_BASE_URL", BASE));
    }

    @AfterEach
    void stop() {
        client.close();
        twilio.close();
    }

    @Test
    void showsAPlanAndChangesNothing() {
        var plan = run("provision");

        assertThat(plan.status()).isEqualTo(1);
        assertThat(plan.out())
                .contains("""
                          webhooks of service %s, post-action URL
                              is:        (nothing)
                              should be: https://hooks.example.com/in/webhooks/conversations
                        """.formatted(world.settings().defaultServiceSid()))
                .contains("flow \"Transcript pipeline: free puppy hotline\"")
                .contains("should be: conversations with the flow above")
                .endsWith("Nothing was changed. --apply changes it.\n");
        assertThat(twilio.changingCalls()).isEmpty();
    }

    @Test
    void appliedOnceItVerifiesAndASecondTimeItChangesNothing() {
        var first = run("provision", "--apply");
        assertThat(first.status()).as(first.everything()).isZero();

        twilio.forgetRequests();
        var verified = run("verify");
        var second = run("provision", "--apply");

        assertThat(verified.status()).as(verified.everything()).isZero();
        assertThat(second.status()).isZero();
        assertThat(second.out()).isEqualTo("Twilio account " + ACCOUNT + "\nEverything is as it should be.\n");
        assertThat(twilio.changingCalls()).isEmpty();
    }

    @Test
    void appliedAMessageToTheNumberBeginsAConversationWithTheSampleFlow() {
        run("provision", "--apply");

        world.inbound("+12025550143", NUMBER, "hello");

        var conversation = world.conversations().getFirst();
        assertThat(world.webhooks(conversation.sid()))
                .singleElement()
                .satisfies(webhook -> assertThat(webhook.fields().flowSid())
                        .isEqualTo(world.studio().flows().getFirst().sid()));
    }

    @Test
    void aChangeByHandIsNamedByVerifyAndMendedByProvision() {
        run("provision", "--apply");
        var serviceSid = world.settings().defaultServiceSid();
        setup.updateServiceWebhooks(
                serviceSid, new ConversationsWebhooks(null, null, null, List.of("onMessageAdded"), null));

        var verified = run("verify", "--json");

        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.json().path("state").stringValue()).isEqualTo("different");
        assertThat(verified.json().path("differences").valueStream())
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.path("setting").stringValue())
                            .isEqualTo("webhooks of service " + serviceSid + ", events");
                    assertThat(line.path("is").stringValue()).isEqualTo("onMessageAdded");
                });
        assertThat(run("provision", "--apply").status()).isZero();
        assertThat(run("verify").status()).isZero();
    }

    @Test
    void whatVerifyFoundIsKeptWhereItIsToBe() {
        setting = setting.with("SPRING_DATASOURCE_URL", StoreForTests.jdbcUrl())
                .with("SPRING_DATASOURCE_USERNAME", "transcripts_operator")
                .with("SPRING_DATASOURCE_PASSWORD", StoreForTests.password());
        var kept = "SELECT account_sid || ' ' || array_to_string(differences, '; ') FROM store.verifications";

        assertThat(run("verify").status()).isEqualTo(1);
        assertThat(StoreForTests.text(kept)).isEmpty();

        assertThat(run("verify", "--keep").status()).isEqualTo(1);
        assertThat(StoreForTests.text(kept))
                .startsWith(ACCOUNT)
                .contains("address configuration")
                .doesNotContain(BASE);

        run("provision", "--apply");
        assertThat(run("verify", "--keep").status()).isZero();
        assertThat(StoreForTests.text(kept)).isEqualTo(ACCOUNT + " ");
    }

    @Test
    void whatIsNotOursStaysUntilSomebodySaysReplace() {
        var serviceSid = world.settings().defaultServiceSid();
        var messagingServiceSid = world.settings().defaultMessagingServiceSid();
        setup.updateServiceWebhooks(
                serviceSid,
                new ConversationsWebhooks(
                        null,
                        "https://blue-dog-1234.twil.io/archive?key=secret-of-theirs",
                        "POST",
                        List.of("onMessageAdded"),
                        null));
        setup.updateMessagingService(
                messagingServiceSid, new MessagingService.Settings(null, "https://crm.example.net/status", null));
        setup.createAddress(
                "sms", NUMBER, "theirs", AutoCreation.studio(null, "FW" + "0123456789abcdef0123456789abcdef"));
        setup.updateConfiguration(new ConversationsConfiguration(null, null, "PT1H", null));

        var left = run("provision", "--apply", "--inactive-timer", "PT24H");

        assertThat(left.status()).isEqualTo(1);
        assertThat(left.out())
                .contains(
                        "seems to belong to a Twilio Function, blue-dog-1234.twil.io; stays as it is without --replace")
                .contains("seems to belong to crm.example.net")
                .contains("seems to belong to Studio, flow FW0123456789abcdef0123456789abcdef")
                .contains("seems to belong to whoever set it for the account")
                .doesNotContain("secret-of-theirs");
        assertThat(setup.serviceWebhooks(serviceSid).postWebhookUrl()).startsWith("https://blue-dog-1234.twil.io/");
        assertThat(setup.serviceWebhooks(serviceSid).filters()).containsExactly("onMessageAdded");
        assertThat(setup.messagingService(messagingServiceSid).statusCallback())
                .isEqualTo("https://crm.example.net/status");
        assertThat(setup.configuration().defaultInactiveTimer()).isEqualTo("PT1H");

        assertThat(run("provision", "--apply", "--replace", "--inactive-timer", "PT24H")
                        .status())
                .isZero();
        assertThat(run("verify", "--inactive-timer", "P1D").status()).isZero();
        assertThat(setup.serviceWebhooks(serviceSid).postWebhookUrl()).isEqualTo(BASE + "/webhooks/conversations");
    }

    @Test
    void theAccountsFlexWebhookIsNotSilencedWithoutReplace() {
        setup.updateWebhooks(new ConversationsWebhooks(
                null, "https://flex-api.twilio.com/hooks", "POST", List.of("onMessageAdded"), "flex"));

        var left = run("provision", "--apply");

        assertThat(left.status()).isEqualTo(1);
        assertThat(left.out()).contains("seems to belong to Flex, by the account's webhooks");
        assertThat(setup.serviceWebhooks(world.settings().defaultServiceSid()).postWebhookUrl())
                .isNull();
    }

    @Test
    void aFailureInTheMiddleDuplicatesNothingWhenItIsAppliedAgain() {
        twilio.answersWith(Fault.status(500), "events.twilio.com/v1/Subscriptions");
        var failed = run("provision", "--apply");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.err())
                .startsWith("Changed: flow \"Transcript pipeline: free puppy hotline\"\n")
                .containsPattern("(?m)^Twilio: ");

        twilio.answersNormally();
        assertThat(run("provision", "--apply").status()).isZero();

        assertThat(world.studio().flows()).hasSize(1);
        assertThat(setup.eventStreams().sinks(null).items()).hasSize(1);
        assertThat(setup.eventStreams().subscriptions(null, null).items()).hasSize(1);
        assertThat(setup.addresses(null).items()).hasSize(1);
    }

    @Test
    void aFlowOfSomebodysThatDoesNotReportItsEndIsNamed() {
        run("provision", "--apply");
        var sample = setup.flow(world.studio().flows().getFirst().sid());
        var silent = setup.createFlow(new Flow.Draft(
                "theirs", "published", sample.definition().replace("/webhooks/flow-ended", "/elsewhere"), null));

        var verified = run("verify", "--flow", silent.sid());

        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.out())
                .contains("flow " + silent.sid() + ", its end")
                .contains("has to be changed by hand");
    }

    @Test
    @Tag("S5")
    void noSecretIsPrinted() {
        var setUp = setting.with("PUBLIC_BASE_URL", "https://somebody:their-password@hooks.example.com");

        var said = setUp.run("provision", "--apply", "--number", NUMBER).everything()
                + setUp.run("verify", "--json", "--number", NUMBER).everything()
                + setUp.with("TWILIO_AUTH_TOKEN", "a-wrong-token").run("verify").everything();

        assertThat(said).doesNotContain(TOKEN, "a-wrong-token", "their-password", "Basic ");
    }

    @Test
    void aWrongTokenIsARefusalAndAMissingOneWrongUse() {
        assertThat(setting.with("TWILIO_AUTH_TOKEN", "wrong").run("verify").status())
                .isEqualTo(1);
        assertThat(setting.without("TWILIO_AUTH_TOKEN").run("verify").status()).isEqualTo(2);
        assertThat(setting.run("provision", "--replace").status()).isEqualTo(2);
        assertThat(setting.run("provision", "--number", "12").status()).isEqualTo(2);
        assertThat(setting.run("provision", "--help").status()).isZero();
    }

    private Run run(String command, String... more) {
        var arguments = new ArrayList<>(List.of(command));
        arguments.addAll(WISH);
        arguments.addAll(List.of(more));
        return setting.run(arguments.toArray(String[]::new));
    }
}

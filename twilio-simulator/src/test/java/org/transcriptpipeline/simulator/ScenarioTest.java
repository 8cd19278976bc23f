package org.transcriptpipeline.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {

    private static final String HEAD = """
            name: test
            customer: "+12025550143"
            number: "+12025550199"
            steps:
            """;
    private static final Instant START = Instant.parse("2026-03-02T14:05:09Z");

    @Test
    void theSameScenarioGivesTheSameBytes() throws Exception {
        var once = Script.of(Scenario.bundled("puppy-hotline.yaml"), Sids.account("a"), START);
        var again = Script.of(Scenario.bundled("puppy-hotline.yaml"), Sids.account("a"), START);

        assertThat(again).isEqualTo(once);
        assertThat(once).extracting(p -> p.webhook().path()).contains(Webhook.FLOW_ENDED, Webhook.MESSAGE_STATUS);
        assertThat(once.getFirst().webhook().parameters())
                .contains(new Parameter(
                        "ConversationSid",
                        Scenario.bundled("puppy-hotline.yaml").conversationSid()));
    }

    @Test
    void aRequestHasTheParametersThatTwilioSends() {
        var requests = Script.of(Scenario.parse("test.yaml", HEAD + """
                          - message-added: {name: hello, from: customer, text: "Café & 😀"}
                            at: 1s
                        """), Sids.account("a"), START);

        // the exact set seen for an inbound SMS in September 2025 and August 2026
        assertThat(requests.getFirst().webhook().parameters())
                .extracting(Parameter::name)
                .containsExactlyInAnyOrder(
                        "AccountSid",
                        "Attributes",
                        "Author",
                        "Body",
                        "ChatServiceSid",
                        "ConversationSid",
                        "DateCreated",
                        "EventType",
                        "Index",
                        "MessageSid",
                        "MessagingServiceSid",
                        "ParticipantSid",
                        "RetryCount",
                        "Source");
        assertThat(requests.getFirst().webhook().body())
                .contains("Body=Caf%C3%A9+%26+%F0%9F%98%80", "DateCreated=2026-03-02T14%3A05%3A10.000Z", "Index=0");
    }

    @Test
    void aRetryIsCountedAndARepeatIsNot() {
        var requests = Script.of(Scenario.parse("test.yaml", HEAD + """
                          - message-added: {name: hello, from: customer, text: "Hi"}
                            repeat: 2
                            retries: 1
                        """), Sids.account("a"), START);

        assertThat(requests)
                .extracting(p -> p.webhook().body().replaceAll(".*RetryCount=(\\d).*", "$1"))
                .containsExactly("0", "0", "1");
        assertThat(requests)
                .extracting(p -> p.webhook().idempotencyToken())
                .containsOnly(requests.getFirst().webhook().idempotencyToken());
    }

    @Test
    void anotherSeedMakesAnotherConversationInAnotherOrder() {
        var shuffled = """
                  - shuffle:
                      - message-added: {name: a, from: customer, text: "1"}
                      - message-added: {name: b, from: customer, text: "2"}
                      - message-added: {name: c, from: customer, text: "3"}
                      - message-added: {name: d, from: customer, text: "4"}
                      - message-added: {name: e, from: customer, text: "5"}
                """;
        var one = Scenario.parse("test.yaml", "seed: 1\n" + HEAD + shuffled);
        var other = Scenario.parse("test.yaml", "seed: 2\n" + HEAD + shuffled);

        assertThat(one.conversationSid()).isNotEqualTo(other.conversationSid());
        assertThat(indexes(one)).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
        assertThat(indexes(one)).isNotEqualTo(indexes(other));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            - message-updated: {message: nobody, text: x}        | line 5, step 1: no message nobody was added before
            - delivery-updated: {message: m}                     | line 5, step 1: no message m was added before
            - massage-added: {name: a}                           | line 5, step 1: nothing happens by the name of massage-added
            - message-added: {name: a, from: flow}               | line 5, step 1: field text is missing
            - message-added: {name: a, form: flow, text: x}      | line 5, step 1: unknown field form
            - {conversation-added: , conversation-removed: }     | line 5, step 1: a step names exactly one thing
            - {conversation-added: , repeat: many}               | line 5, step 1: repeat must be a number from 1 to 1000
            - {conversation-added: , delay: soon}                | line 5, step 1: delay must be a duration
            - state-updated: {from: open, to: closed, reason: API} | line 5, step 1: from is open, allowed are [active,
            - [                                                  | line 6: not YAML
            """)
    void aWrongStepIsNamedWithItsLine(String step, String message) {
        assertThatExceptionOfType(ScenarioException.class)
                .isThrownBy(() -> Scenario.parse("wrong.yaml", HEAD + step + "\n"))
                .withMessageStartingWith("wrong.yaml, " + message);
    }

    @Test
    void aWrongStepBehindGoodOnesIsCounted() {
        assertThatExceptionOfType(ScenarioException.class)
                .isThrownBy(() -> Scenario.parse("wrong.yaml", HEAD + """
                          - conversation-added:
                          - message-added:
                              name: a
                              from: flow
                              text: x
                          - message-added: {name: a, from: flow, text: y}
                        """))
                .withMessage("wrong.yaml, line 10, step 3: there are two messages named a");
    }

    private static List<String> indexes(Scenario scenario) {
        return Script.of(scenario, Sids.account("a"), START).stream()
                .map(p -> p.webhook().body().replaceAll(".*Index=(\\d).*", "$1"))
                .toList();
    }
}

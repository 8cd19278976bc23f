package org.transcriptpipeline.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.rules.Explanation.Miss;
import org.transcriptpipeline.rules.Explanation.Unfit;

class HandoffRulesTest {

    private static final String ACCOUNT = "AC" + "0123456789abcdef0123456789abcdef";
    private static final String FLOW = "FW" + "0123456789abcdef0123456789abcdef";

    private static Facts facts(@Nullable String ourAddress, @Nullable String reason, Map<String, Object> answers) {
        return new Facts(ACCOUNT, FLOW, ourAddress, "whatsapp", "flow_ended", reason, answers);
    }

    private static Rule rule(String name, Condition when) {
        return new Rule(name, when, List.of(), Settling.USUAL, FollowUps.USUAL, null, null);
    }

    private static Condition asking(
            List<String> flows, List<String> numbers, List<String> reasons, Map<String, List<String>> answers) {
        return new Condition(flows, List.of(), numbers, List.of(), List.of(), reasons, answers);
    }

    private static boolean fits(Map<String, List<String>> wanted, Map<String, Object> answers) {
        return asking(List.of(), List.of(), List.of(), wanted).fits(facts(null, null, answers));
    }

    @Test
    void theFirstRuleThatFitsIsTheRule() {
        var rules = new HandoffRules(List.of(
                rule("other-flow", asking(List.of("FW1"), List.of(), List.of(), Map.of())),
                rule("complaints", asking(List.of(FLOW), List.of(), List.of("complaint"), Map.of())),
                rule("flow", asking(List.of("FW1", FLOW), List.of(), List.of(), Map.of())),
                rule("all", Condition.ANYTHING)));

        assertThat(rules.of(facts(null, "Complaint ", Map.of()))).isEqualTo(rules.named("complaints"));
        assertThat(rules.of(facts(null, "thanks", Map.of()))).isEqualTo(rules.named("flow"));
        assertThat(new HandoffRules(List.of()).of(facts(null, null, Map.of()))).isNull();
    }

    @Test
    void aNumberIsTheSameOnEveryChannel() {
        var ours = asking(List.of(), List.of("+12025550123"), List.of(), Map.of());

        assertThat(ours.fits(facts("whatsapp:+12025550123", null, Map.of()))).isTrue();
        assertThat(ours.fits(facts("+12025550123", null, Map.of()))).isTrue();
        assertThat(ours.fits(facts("+12025550124", null, Map.of()))).isFalse();
        assertThat(ours.fits(facts(null, null, Map.of()))).isFalse();
    }

    @Test
    void anAnswerIsComparedAsText() {
        var topic = Map.of("topic", List.of("refund", "complaint"));

        assertThat(fits(topic, Map.of("topic", "REFUND"))).isTrue();
        assertThat(fits(topic, Map.of("topic", List.of("thanks", "complaint")))).isTrue();
        assertThat(fits(topic, Map.of("topic", "a refund, please"))).isFalse();
        assertThat(fits(topic, Map.of("topic", Map.of("refund", 1)))).isFalse();
        assertThat(fits(topic, Map.of())).isFalse();
        assertThat(fits(Map.of("stars", List.of("1")), Map.of("stars", 1))).isTrue();
        assertThat(fits(Map.of("angry", List.of("true")), Map.of("angry", true)))
                .isTrue();
    }

    @Test
    void anExplanationNamesTheQuestionsAndNoWordOfTheCustomer() {
        var rules = new HandoffRules(List.of(
                rule(
                        "complaints",
                        asking(List.of(FLOW), List.of("+1"), List.of("complaint"), Map.of("topic", List.of("refund")))),
                rule("all", Condition.ANYTHING)));

        var explanation = rules.explain(facts(null, "thanks", Map.of("topic", "secret words")));

        assertThat(explanation.rule()).isEqualTo(rules.named("all"));
        assertThat(explanation.misses())
                .containsExactly(new Miss(
                        "complaints",
                        List.of(
                                new Unfit("our-number", List.of("+1"), false),
                                new Unfit("reason", List.of("complaint"), true),
                                new Unfit("answers.topic", List.of("refund"), true))));
    }

    @Test
    void theLinkToAnswerIsFilledInAndEncoded() {
        var rule = new Rule(
                "r",
                Condition.ANYTHING,
                List.of(),
                Settling.USUAL,
                FollowUps.USUAL,
                null,
                "https://desk.example.com/{accountSid}?c={conversationSid}&h={handoffId}");

        assertThat(rule.answerLink("AC1", "CH1", "a b&c"))
                .isEqualTo(URI.create("https://desk.example.com/AC1?c=CH1&h=a%20b%26c"));
        assertThat(rule("r", Condition.ANYTHING).answerLink("AC1", "CH1", "h")).isNull();
    }
}

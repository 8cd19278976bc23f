package org.transcriptpipeline.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.cli.Run;
import org.transcriptpipeline.cli.StoreForTests;
import org.transcriptpipeline.simulator.Sids;

class RulesCommandTest {

    private static final String ACCOUNT = Sids.account("rules");
    private static final String CONVERSATION = Sids.of("CH", "rules");
    private static final String FLOW = Sids.of("FW", "rules");

    @TempDir
    private Path directory;

    private final Run.Setting setting = Run.Setting.of(Map.of("SPRING_DATASOURCE_URL", StoreForTests.jdbcUrl()));
    private String file = "";

    @BeforeEach
    void fill() throws IOException {
        file = Files.writeString(directory.resolve("rules.yaml"), """
                destinations:
                  team: {email: [a@operators.example, b@operators.example]}
                  lead: {email: lead@operators.example, quiet-hours: {from: "00:00", to: "23:59", send-anyway-after: 72h}}
                  crm: {webhook: https://crm.example.com/hooks, secret: "${CRM_SECRET}"}
                rules:
                  - name: refunds
                    when: {flow: %s, our-number: "+12025550123", answers: {topic: refund}}
                    to: [team, crm]
                    take-over: {within: 10m, then: lead}
                  - {name: complaints, when: {reason: complaint}, to: lead}
                """.formatted(FLOW))
                .toString();
        StoreForTests.update("DELETE FROM store.handoffs WHERE account_sid = ?", ACCOUNT);
        StoreForTests.update("DELETE FROM store.conversations WHERE account_sid = ?", ACCOUNT);
        StoreForTests.update("""
                INSERT INTO store.conversations
                    (conversation_sid, account_sid, channel, our_address, first_received_at, sources, versions)
                VALUES (?, ?, 'whatsapp', 'whatsapp:+12025550123', now(), '{webhook}', '')
                """, CONVERSATION, ACCOUNT);
    }

    private static void handOver(String id, String reason, String answers) {
        StoreForTests.update("""
                INSERT INTO store.handoffs
                    (handoff_id, account_sid, conversation_sid, flow_sid, trigger, reason, answers, status, requested_at,
                     deadline_at, next_check_at)
                VALUES (?, ?, ?, ?, 'flow_ended', ?, ?::jsonb, 'ready', clock_timestamp(), now(), now())
                """, id, ACCOUNT, CONVERSATION, FLOW, reason, answers);
    }

    @Test
    void rulesThatCanBeUsedAreListedWithTheSecretsThatAreNotHere() {
        var run = setting.run("rules", "check", "--file", file);

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.out()).isEqualTo("""
                These rules can be used.
                  rules: refunds, complaints
                  destinations: team, crm, lead
                  not set here, and not checked: CRM_SECRET
                """);
        var all = setting.with("HANDOFF_RULES", file)
                .with("HANDOFF_EMAIL_TO", "all@operators.example")
                .with("CRM_SECRET", "bmluZXR5LW5pbmUgYm90dGxlcyBvZiBiZWVyIG9u")
                .run("rules", "check", "--json");
        assertThat(all.json().path("rules").toString()).isEqualTo("[\"refunds\",\"complaints\",\"everyone\"]");
        assertThat(all.json().path("unset").isEmpty()).isTrue();
        assertThat(all.everything()).doesNotContain("@operators", "bmluZXR5");
    }

    @Test
    void whatIsWrongIsARefusalWithItsLine() throws IOException {
        Files.writeString(Path.of(file), "rules:\n  - {name: r, too: []}\n");

        var run = setting.run("rules", "check", "--file", file);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith(file + ", line 2: unknown field too");
        var secret = setting.with("HANDOFF_WEBHOOK_URL", "https://crm.example.com")
                .with("HANDOFF_WEBHOOK_SECRET", "open")
                .run("rules", "check", "--json");
        assertThat(secret.status()).isEqualTo(1);
        assertThat(secret.json().path("error").stringValue()).startsWith("HANDOFF_WEBHOOK_SECRET is not the Base64");
        assertThat(setting.run("rules", "check").status()).isEqualTo(2);
    }

    @Test
    void aHandoffMeetsTheFirstRuleThatFits() {
        handOver("h-refund", "done", "{\"topic\": \"Refund\"}");

        var run = setting.run("rules", "explain", "--file", file, "--handoff", "h-refund");

        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.out()).startsWith("""
                Rule: refunds
                  tells team (email, 2) at once
                  tells crm (webhook) at once
                  when nobody has taken it after 10m:
                    reminds lead (email, 1)\s""");
    }

    @Test
    void anotherRuleIsExplainedWithoutAWordOfTheCustomer() {
        handOver("h-complaint", "Complaint", "{\"topic\": \"my secret words\"}");

        var run = setting.run("rules", "explain", "--file", file, "--conversation", CONVERSATION);
        assertThat(run.status()).as(run.everything()).isZero();
        assertThat(run.out()).startsWith("""
                not refunds:
                  answers.topic is another than refund
                Rule: complaints
                """);
        var json = setting.run("rules", "explain", "--file", file, "--conversation", CONVERSATION, "--json");
        assertThat(json.json().path("rule").stringValue()).isEqualTo("complaints");
        assertThat(json.json().at("/misses/0/questions/0/question").stringValue())
                .isEqualTo("answers.topic");
        assertThat(run.everything() + json.everything()).doesNotContain("secret words", "@operators");
    }

    @Test
    void whatWouldBeIsAskedByOptionsAndNoRuleIsExitStatusOne() {
        var none = setting.run("rules", "explain", "--file", file, "--conversation", CONVERSATION);
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.out()).isEqualTo("""
                        There is no handoff of %s; this is what one would meet.
                        not refunds:
                          flow is not known, asked for is %s
                          answers.topic is not known, asked for is refund
                        not complaints:
                          reason is not known, asked for is complaint
                        No rule fits: nobody is told.
                        """.formatted(CONVERSATION, FLOW));

        var supposed = setting.run(
                "rules",
                "explain",
                "--file",
                file,
                "--conversation",
                CONVERSATION,
                "--flow",
                FLOW,
                "--answer",
                "topic=refund");
        assertThat(supposed.status()).as(supposed.everything()).isZero();
        assertThat(supposed.out()).contains("Rule: refunds");
    }

    @Test
    void whatTheStoreDoesNotKnowIsARefusal() {
        assertThat(setting.run("rules", "explain", "--file", file, "--handoff", "none")
                        .status())
                .isEqualTo(1);
        assertThat(setting.run("rules", "explain", "--file", file, "--conversation", "CH0")
                        .err())
                .isEqualTo("This conversation is not in the store.\n");
        assertThat(setting.run("rules", "explain", "--file", file).status()).isEqualTo(2);
    }
}

package org.transcriptpipeline.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.transcriptpipeline.rules.Presentation.Form;

class RulesFileTest {

    private static final String SECRET = "whsec_bmluZXR5LW5pbmUgYm90dGxlcyBvZiBiZWVyIG9u";
    private static final Map<String, String> ENVIRONMENT =
            Map.of("CRM_SECRET", SECRET, "SLACK_URL", "https://hooks.slack.com/services/T/B/x", "EMPTY", " ");

    @TempDir
    private Path directory;

    private Path file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("rules.yaml"), yaml);
    }

    private static RuleSettings settings(Path file) {
        return new RuleSettings(file, List.of(), null, null, ZoneId.of("UTC"), Settling.USUAL, FollowUps.USUAL);
    }

    private HandoffRules read(String yaml) throws IOException {
        return HandoffRules.effective(settings(file(yaml)), ENVIRONMENT::get);
    }

    @Test
    void theFileOfTheDocumentIsOne() throws IOException {
        var document = Files.readString(Path.of("..", "docs", "handoff-rules.md"));
        var yaml = document.substring(document.indexOf("```yaml\n") + 8);

        var rules = read(yaml.substring(0, yaml.indexOf("```")));

        assertThat(rules.rules().stream().map(Rule::name)).containsExactly("complaints", "survey", "others");
        assertThat(rules.destinations().stream().map(Destination::name))
                .containsExactly("support", "crm", "chat", "lead", "shelf");
        var flow = "FW" + "0123456789abcdef0123456789abcdef";
        var complaints = rules.rules().getFirst();
        assertThat(complaints.when())
                .isEqualTo(new Condition(
                        List.of(flow),
                        List.of(),
                        List.of(),
                        List.of("sms", "whatsapp"),
                        List.of(),
                        List.of(),
                        Map.of("topic", List.of("refund", "complaint"))));
        assertThat(complaints.takeOver()).isNotNull().satisfies(t -> {
            assertThat(t.within()).isEqualTo(Duration.ofMinutes(10));
            assertThat(t.then()).extracting(Destination::name).containsExactly("lead");
        });
        assertThat(complaints.followUps()).isEqualTo(FollowUps.USUAL);
        var support = complaints.to().getFirst();
        assertThat(support.target())
                .isEqualTo(new Target.Email(List.of("team@example.com", "second@example.com"), "desk@example.com"));
        assertThat(support.presentation())
                .isEqualTo(new Presentation(
                        Locale.GERMAN,
                        ZoneId.of("Europe/Berlin"),
                        Set.of(Form.TEXT, Form.PDF),
                        Map.of(flow, "Puppy hotline")));
        assertThat(support.quietHours())
                .isEqualTo(new QuietHours(
                        LocalTime.of(20, 0), LocalTime.of(7, 0), ZoneId.of("Europe/Berlin"), Duration.ofHours(12)));
        assertThat(rules.destination("crm"))
                .isNotNull()
                .extracting(Destination::target)
                .isEqualTo(new Target.Webhook(URI.create("https://crm.example.com/hooks/transcripts"), SECRET));
        assertThat(rules.destination("lead"))
                .isNotNull()
                .extracting(Destination::hearsOfFailures)
                .isEqualTo(false);
    }

    /// In each line: a destination or a rule, and how the message about it goes on behind file and line.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            email: [a@b]                    | name: r, to: d, wenn: {}           | line 4: unknown field wenn
            emial: [a@b]                    | name: r, to: d                     | line 2: unknown field emial
            email: nobody                   | name: r, to: d                     | line 2: this is no e-mail address
            email: []                       | name: r, to: d                     | line 2: email names nobody
            email: a@b, slack: "${SLACK_URL}" | name: r, to: d                     | line 2: d must have exactly one of email
            language: de                    | name: r, to: d                     | line 2: d must have exactly one of email
            email: a@b, secret: x           | name: r, to: d                     | line 2: secret goes with webhook
            email: a@b, language: xx        | name: r, to: d                     | line 2: language is xx
            email: a@b, time-zone: Berlin   | name: r, to: d                     | line 2: time-zone is Berlin
            email: a@b, attach: docx        | name: r, to: d                     | line 2: attach is docx
            email: a@b, failures: perhaps   | name: r, to: d                     | line 2: failures is perhaps
            email: a@b, quiet-hours: {from: "8", to: "9"} | name: r, to: d       | line 2: from must be a time of day
            email: a@b, quiet-hours: {from: "20:00"}      | name: r, to: d       | line 2: field to is missing
            webhook: https://x.example      | name: r, to: d                     | line 2: field secret is missing
            webhook: https://x.example, secret: open | name: r, to: d            | line 2: secret is a secret: write ${NAME}
            webhook: https://x.example, secret: "${NONE}" | name: r, to: d         | line 2: secret is ${NONE}, and the environment has no NONE
            webhook: https://x.example, secret: "${EMPTY}" | name: r, to: d        | line 2: secret is ${EMPTY}, and the environment has no EMPTY
            webhook: https://x.example, secret: "${SLACK_URL}" | name: r, to: d    | line 2: secret is not the Base64 of at least 24 bytes
            webhook: ftp://x.example, secret: "${CRM_SECRET}" | name: r, to: d     | line 2: webhook is no URL
            webhook: https://u:p@x.example, secret: "${CRM_SECRET}" | name: r, to: d | line 2: webhook is no URL
            slack: "${CRM_SECRET}"            | name: r, to: d                     | line 2: slack is no URL
            directory: transcripts          | name: r, to: d                     | line 2: directory must be an absolute path
            email: a@b                      | name: r, to: e                     | line 4: there is no destination e, known are [d]
            email: a@b                      | name: r, to: []                    | line 2: no rule names the destination d
            email: a@b                      | name: r                            | line 4: field to is missing
            email: a@b                      | to: d                              | line 4: field name is missing
            email: a@b                      | name: everyone, to: d              | line 4: names beginning with everyone
            email: a@b                      | name: a b, to: d                   | line 4: a name has 1 to 64 letters
            email: a@b                      | name: r, to: d, when: {flow: FW1}  | line 4: a flow is FW and 32
            email: a@b                      | name: r, to: d, when: {channel: fax} | line 4: channel is fax
            email: a@b                      | name: r, to: d, when: {trigger: full_moon} | line 4: trigger is full_moon
            email: a@b                      | name: r, to: d, when: {reason: []} | line 4: reason is empty
            email: a@b                      | name: r, to: d, settle: {deadline: soon} | line 4: deadline must be a duration
            email: a@b                      | name: r, to: d, settle: {quiet-window: 2m} | line 4: quiet-window is longer than deadline
            email: a@b                      | name: r, to: d, take-over: {within: 5m} | line 4: field then is missing
            email: a@b                      | name: r, to: d, take-over: {within: 0s, then: d} | line 4: within must be longer
            email: a@b                      | name: r, to: d, answer-at: "https://x.example/{customer}" | line 4: answer-at has {customer}
            email: a@b                      | name: r, to: d, answer-at: "desk"  | line 4: answer-at is no URL
            email: a@b                      | name: r, to: d, name: s            | line 4: field name is given twice
            """)
    void whatIsWrongIsSaidWithItsLine(String destination, String rule, String message) throws IOException {
        var yaml = "destinations:\n  d: {" + destination + "}\nrules:\n  - {" + rule + "}\n";

        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(RulesException.class)
                .message()
                .startsWith(directory.resolve("rules.yaml") + ", " + message)
                .doesNotContain("hooks.slack.com", "whsec_bm", "u:p@");
    }

    @Test
    void twoRulesOfOneNameAndARuleBehindOneThatTakesEverythingAreMistakes() {
        assertThatThrownBy(() -> read("""
                        rules:
                          - {name: r, to: [], when: {reason: x}}
                          - {name: r, to: []}
                        """)).hasMessageEndingWith("line 3: there are two rules named r");
        assertThatThrownBy(() -> read("""
                        rules:
                          - {name: all, to: []}
                          - {name: never, to: []}
                        """))
                .hasMessageEndingWith("line 3: this rule is never met: all before it takes everything");
    }

    @Test
    void aFileThatIsNotThereOrNoYamlIsNamed() throws IOException {
        assertThatThrownBy(() -> HandoffRules.effective(settings(directory.resolve("none.yaml")), _ -> null))
                .isInstanceOf(RulesException.class)
                .hasMessageContaining("none.yaml, which cannot be read: NoSuchFileException");
        assertThatThrownBy(() -> read("rules: [")).hasMessageContaining("rules.yaml, line 1: not YAML");
        assertThatThrownBy(() -> read("destinations:\n  chat: {slack: ${SLACK_URL}}\n"))
                .hasMessageContaining("rules.yaml, line 2: not YAML")
                .hasMessageEndingWith("within braces a ${NAME} has to be quoted: \"${NAME}\"");
        assertThatThrownBy(() -> read("")).hasMessageEndingWith("rules.yaml: the file is empty");
        var bytes = Files.write(directory.resolve("latin.yaml"), new byte[] {'#', ' ', (byte) 0xe4});
        assertThatThrownBy(() -> HandoffRules.effective(settings(bytes), _ -> null))
                .hasMessageEndingWith("is not UTF-8.");
    }

    @Test
    void whoSendsNothingNeedsNoSecret() throws IOException {
        var settings = settings(file("""
                destinations:
                  crm: {webhook: "${CRM_URL}", secret: "${CRM_SECRET}"}
                  chat: {slack: "${SLACK_URL}"}
                  people: {email: ["${TEAM}"]}
                  shelf: {directory: "${SHELF}"}
                rules:
                  - {name: r, to: [crm, chat, people, shelf]}
                """));

        assertThat(HandoffRules.effectiveWithoutSecrets(settings).named("r")).isNotNull();
        assertThat(RulesFile.readWithoutSecrets(settings).variables())
                .containsExactlyInAnyOrder("CRM_URL", "CRM_SECRET", "SLACK_URL", "TEAM", "SHELF");
    }

    @Test
    void oneAddressIsARuleForEveryoneBehindThoseOfTheFile() throws IOException {
        var file = file("""
                defaults: {language: de}
                rules:
                  - {name: silent, to: [], when: {reason: spam}}
                """);
        var settings = new RuleSettings(
                file,
                List.of(" a@example.com", "b@example.com", "a@example.com", ""),
                "https://crm.example.com/",
                SECRET,
                ZoneId.of("Europe/Berlin"),
                new Settling(Duration.ofSeconds(1), Duration.ofSeconds(2), true),
                new FollowUps(true, true, Duration.ofSeconds(3), Duration.ofHours(4)));

        var rules = HandoffRules.effective(settings, ENVIRONMENT::get);

        assertThat(rules.rules().stream().map(Rule::name)).containsExactly("silent", "everyone");
        assertThat(rules.rules())
                .allSatisfy(r -> assertThat(r.settling().deadline()).isEqualTo(Duration.ofSeconds(2)))
                .allSatisfy(r -> assertThat(r.followUps().window()).isEqualTo(Duration.ofSeconds(3)))
                .allSatisfy(r -> assertThat(r.followUps().watchFor()).isEqualTo(Duration.ofHours(4)));
        var everyone = rules.rules().getLast();
        assertThat(everyone.when().isAnything()).isTrue();
        assertThat(everyone.to()).extracting(Destination::name).containsExactly("everyone-email", "everyone-webhook");
        assertThat(everyone.to().getFirst().target())
                .isEqualTo(new Target.Email(List.of("a@example.com", "b@example.com"), null));
        assertThat(everyone.to().getFirst().presentation().language()).isEqualTo(Locale.GERMAN);
    }

    @Test
    void withoutAnythingThereIsNoRule() {
        assertThat(HandoffRules.effective(RuleSettings.of(_ -> ""), _ -> null).rules())
                .isEmpty();
    }

    @Test
    void settingsThatCannotBeUsedAreNamed() {
        var addresses = RuleSettings.of(Map.of("HANDOFF_EMAIL_TO", "a@example.com,not an address")::get);
        assertThatThrownBy(() -> HandoffRules.effective(addresses, _ -> null))
                .isInstanceOf(RulesException.class)
                .hasMessage("Entry 2 of HANDOFF_EMAIL_TO is no e-mail address.");
        var half = RuleSettings.of(Map.of("HANDOFF_WEBHOOK_URL", "https://crm.example.com")::get);
        assertThatThrownBy(() -> HandoffRules.effective(half, _ -> null))
                .hasMessageEndingWith("only the first is set.");
        assertThatThrownBy(() -> RuleSettings.of(Map.of("TRANSCRIPTS_HANDOFF_TIMEZONE", "Berlin")::get))
                .hasMessageContaining("TRANSCRIPTS_HANDOFF_TIMEZONE");
    }

    @Test
    void nothingOfThisShowsAnAddressOrASecret() throws IOException {
        var settings = new RuleSettings(
                file("""
                        destinations:
                          crm: {webhook: https://crm.example.com/, secret: "${CRM_SECRET}"}
                          chat: {slack: "${SLACK_URL}"}
                          people: {email: team@example.com}
                        rules:
                          - {name: r, to: [crm, chat, people], when: {reason: x}}
                        """),
                List.of("a@example.com"),
                "https://other.example.com",
                SECRET,
                ZoneId.of("UTC"),
                Settling.USUAL,
                FollowUps.USUAL);

        assertThat(settings + " " + RulesFile.read(settings, ENVIRONMENT::get) + " "
                        + HandoffRules.effective(settings, ENVIRONMENT::get)
                        + HandoffRules.effective(settings, ENVIRONMENT::get).destinations().stream()
                                .map(Destination::target)
                                .toList())
                .doesNotContain("@example.com", "whsec_", "hooks.slack.com");
    }
}

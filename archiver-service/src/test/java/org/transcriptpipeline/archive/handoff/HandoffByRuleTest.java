package org.transcriptpipeline.archive.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;

/// The archiver with a file of rules.
@Tag("N16")
class HandoffByRuleTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    private static RunningArchiver archiver;

    @BeforeAll
    static void start() throws IOException {
        TestDatabase.clear();
        var rules = directory.resolve("rules.yaml");
        Files.writeString(rules, """
                destinations:
                  team:
                    email: team@example.com
                  lead:
                    slack: ${SLACK_URL}
                rules:
                  - name: asked-for
                    when: {trigger: on_demand}
                    to: [team]
                    settle: {quiet-window: 100ms, deadline: 1s}
                    follow-ups: {messages: false, failures: false}
                  - name: beagles
                    when: {channel: sms, our-number: "%s", answers: {breed: beagle}}
                    to: [team]
                    settle: {wait-for-delivery: false}
                    follow-ups: {failures: false, window: 300ms}
                    take-over: {within: 1s, then: [lead]}
                """.formatted(Events.OURS));
        archiver = new RunningArchiver("--transcripts.settling.deadline=30s", "--transcripts.handoff.rules=" + rules);
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aFileOfRulesThatCannotBeUsedStopsTheStartWithItsLine(CapturedOutput output) throws IOException {
        var rules = Files.writeString(directory.resolve("unusable.yaml"), """
                destinations:
                  people: {email: "not an address"}
                """);

        assertThatThrownBy(() -> new RunningArchiver("--transcripts.handoff.rules=" + rules).close())
                .rootCause()
                .hasMessage(rules + ", line 2: this is no e-mail address");

        assertThat(output).contains("bin/transcripts rules check").doesNotContain("not an address", "\tat ");
    }

    @Test
    void aRuleSaysWhatIsWaitedForWhatIsToldLaterAndWhoIsReminded() {
        var events = new Events();
        archiver.publish(
                events.customerJoined(),
                events.fromCustomer(0, "Hi"),
                events.fromFlow(1, "What kind of doggo?"),
                events.delivery(1, "sent", null), // never becomes final, and the deadline is far away
                events.flowEnded("FN1"));

        await().atMost(SOON).until(() -> of(events).statuses().equals(List.of("ready")));
        assertThat(of(events).row().get("rule")).isEqualTo("beagles");
        assertThat(String.valueOf(of(events).row().get("quiet_window"))).contains("0.3"); // left out: as the settings

        await().atMost(SOON).until(() -> of(events).versions().equals(List.of("1 transcript 0/0", "2 reminder 1 0/0")));
        archiver.publish(events.delivery(1, "undelivered", 30003));
        archiver.publish(events.fromCustomer(2, "Hello?"));
        await().atMost(SOON)
                .until(() -> of(events)
                        .versions()
                        .equals(List.of("1 transcript 0/0", "2 reminder 1 0/0", "3 follow_up 1 1/0")));
    }

    @Test
    void anotherRuleSaysOtherwiseAndWhatNoRuleFitsGoesByTheSettings() {
        var asked = new Events();
        var without = new Events();
        archiver.publish(asked.customerJoined(), asked.fromCustomer(0, "Hi"), asked.requested("r", null));
        archiver.publish(without.fromCustomer(0, "Hi"), without.flowEnded("FN1")); // nobody has told its channel

        await().atMost(SOON).until(() -> of(asked).statuses().equals(List.of("ready")));
        await().atMost(SOON).until(() -> of(without).statuses().equals(List.of("ready")));
        assertThat(of(asked).row().get("rule")).isEqualTo("asked-for");
        assertThat(of(asked).row().get("watch_until")).isNull();
        assertThat(of(asked).row().get("remind_at")).isNull();
        assertThat(of(without).row().get("rule")).isNull();
        assertThat(of(without).row().get("watch_until")).isNotNull();
    }

    private static Handoffs of(Events events) {
        return Handoffs.of(archiver, events);
    }
}

package org.transcriptpipeline.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.transcriptpipeline.simulator.world.Announcement;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.Participant;
import org.transcriptpipeline.simulator.world.State;
import org.transcriptpipeline.simulator.world.TwilioWorld;

class WorldScenarioTest {

    private static final String HEAD = """
            name: test
            number: "+12025550199"
            """;

    private final TwilioWorld world = new TwilioWorld(Sids.account("test"), 1, Clock.systemUTC());

    @Test
    void aTemplateMakesAsManyConversationsAsItSays() throws Exception {
        var sids = play("""
                conversations: 300
                happenings:
                  - customer: Hi
                    pictures: 2
                  - flow: quiet
                    name: q
                  - bot: loud
                  - agent: hello
                    name: h
                  - receipt: {message: q, status: failed, error: 30005}
                  - edited: {message: q, text: edited}
                  - removed: {message: h}
                  - flow-ended: {breed: corgi}
                  - closed:
                """);

        assertThat(sids).hasSize(300).doesNotHaveDuplicates();
        assertThat(sids).allSatisfy(sid -> {
            assertThat(world.conversation(sid).state()).isEqualTo(State.CLOSED);
            assertThat(world.messages(sid)).extracting(Message::body).containsExactly("Hi", "edited", "loud");
            assertThat(world.messages(sid))
                    .extracting(Message::announcement)
                    .containsExactly(Announcement.PENDING, Announcement.NONE, Announcement.PENDING);
            assertThat(world.messages(sid).getFirst().media()).hasSize(2);
            assertThat(world.receipts(world.messages(sid).get(1).sid()))
                    .singleElement()
                    .satisfies(r -> assertThat(r.errorCode()).isEqualTo(30005));
            assertThat(world.studio().executionsOf(sid))
                    .singleElement()
                    .satisfies(e -> assertThat(e.isEnded()).isTrue())
                    .satisfies(e -> assertThat(e.context()).containsEntry("breed", "corgi"));
        });
    }

    @Test
    void aGroupHasTwoCustomersAndOurNumber() throws Exception {
        var sids = play("""
                channel: group-mms
                conversations: 3
                happenings:
                  - customer: hello all
                  - customer: again
                """);

        assertThat(sids).hasSize(3).allSatisfy(sid -> {
            assertThat(world.messages(sid)).hasSize(2);
            assertThat(world.participants(sid)).hasSize(3);
        });
    }

    @Test
    void whatsAppHasAddressesOfItsOwn() throws Exception {
        var sids = play("""
                channel: whatsapp
                happenings:
                  - customer: hello
                """);

        assertThat(world.participants(sids.getFirst()))
                .extracting(Participant::address)
                .allMatch(a -> a.startsWith("whatsapp:+1"));
    }

    @Test
    void aRateSpreadsConversationsOverItsDuration() throws Exception {
        long start = System.nanoTime();

        var sids = play("""
                per-second: 50
                duration: 1s
                happenings:
                  - customer: hello
                """);

        assertThat(sids).hasSize(50);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {happenings: [{shout: x}]}                      | line 3, step 1: nothing happens by the name of shout
            {happenings: [{customer: x, flow: y}]}          | line 3, step 1: a happening is exactly one thing
            {happenings: [{removed: {message: m}}]}         | line 3, step 1: no message m was said before
            {happenings: [{customer: x, pictures: 99}]}     | line 3, step 1: pictures must be a number from 0 to 10
            {webhooks: {drop: 2}, happenings: []}           | line 3: drop must be a share from 0 to 1
            {webhooks: {lose: 1}, happenings: []}           | line 3: unknown field lose
            {rest-faults: [{answer: 200}], happenings: []}  | line 3: answer must be a number from 400 to 599
            {duration: 5s, happenings: []}                  | line 3: duration goes with per-second
            {channel: smoke, happenings: []}                | line 3: channel is smoke, allowed are
            {per-second: 1, duration: 1s, happenings: [{pause: 1s}]} | line 3, step 1: pause does not go with
            """)
    void aWrongFileIsNamedWithItsLine(String rest, String message) {
        var yaml = rest.substring(1, rest.length() - 1);
        assertThatExceptionOfType(ScenarioException.class)
                .isThrownBy(() -> WorldScenario.parse("wrong.yaml", "{\nname: test, number: x,\n" + yaml + "}"))
                .withMessageStartingWith("wrong.yaml, " + message);
    }

    @Test
    void theBundledOnesCanBeRead() throws Exception {
        assertThat(WorldScenario.bundled("lossy-hotline.yaml").mischief().dropShare())
                .isEqualTo(0.2);
        assertThat(WorldScenario.bundled("lossy-hotline.yaml").restFaults()).hasSize(3);
        assertThat(WorldScenario.bundled("load.yaml").perSecond()).isEqualTo(50);
    }

    private List<String> play(String yaml) throws InterruptedException {
        return new WorldPlayer(WorldScenario.parse("test.yaml", HEAD + yaml), world).play();
    }
}

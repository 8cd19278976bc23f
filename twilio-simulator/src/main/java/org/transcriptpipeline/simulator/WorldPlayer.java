package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.WorldScenario.Channel;
import org.transcriptpipeline.simulator.world.AddressConfiguration.AutoCreation;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.MessageFields;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.State;
import org.transcriptpipeline.simulator.world.Studio;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// Makes happen in a world what a scenario says. A flow waits at our number, so every conversation that a customer
/// begins has an execution. Not for several threads.
public final class WorldPlayer {

    private static final String AGENT = "agent-7";
    private static final String BOT = "bot";
    private static final int MOST_CUSTOMERS = 2; // of a conversation
    private static final int CONVERSATIONS_OF_AN_AREA = 49;
    private static final int FIRST_AREA = 202;

    private final WorldScenario scenario;
    private final TwilioWorld world;
    private final String number;

    /// One conversation so far.
    private static final class Play {

        private final List<String> customers;
        private final Map<String, String> messages = new HashMap<>();
        private @Nullable String conversationSid;

        private Play(List<String> customers) {
            this.customers = customers;
        }
    }

    public WorldPlayer(WorldScenario scenario, TwilioWorld world) {
        this.scenario = scenario;
        this.world = world;
        this.number = scenario.channel() == Channel.WHATSAPP ? "whatsapp:" + scenario.number() : scenario.number();
    }

    /// Plays to the end. Without `per-second` all conversations take each happening in turn.
    ///
    /// @return SIDs of the conversations, in the order of their beginning
    public List<String> play() throws InterruptedException {
        var definition = "{\"description\":\"" + scenario.seed() + "\",\"states\":[],\"initial_state\":\"Trigger\"}";
        var flow = world.studio().createFlow(scenario.name(), true, definition, null);
        var type = scenario.channel() == Channel.WHATSAPP ? "whatsapp" : "sms";
        world.settings().createAddress(type, number, null, AutoCreation.ofStudio(flow.sid()));
        var plays = scenario.perSecond() == 0 ? inTurns() : atItsRate();
        return plays.stream()
                .map(p -> p.conversationSid)
                .filter(Objects::nonNull)
                .toList();
    }

    private List<Play> inTurns() throws InterruptedException {
        var plays = IntStream.range(0, scenario.conversations())
                .mapToObj(this::begun)
                .toList();
        for (var act : scenario.acts()) {
            if (act instanceof Act.Pause(var length)) {
                Thread.sleep(length);
            }
            plays.forEach(play -> act(play, act));
        }
        return plays;
    }

    private List<Play> atItsRate() throws InterruptedException {
        var plays = new ArrayList<Play>();
        long start = System.nanoTime();
        long nanosBetween = Duration.ofSeconds(1).toNanos() / scenario.perSecond();
        while (scenario.conversations() == 0
                ? plays.size() * nanosBetween < scenario.duration().toNanos()
                : plays.size() < scenario.conversations()) {
            Thread.sleep(Duration.ofNanos(start + plays.size() * nanosBetween - System.nanoTime()));
            var play = begun(plays.size());
            plays.add(play);
            scenario.acts().forEach(act -> act(play, act));
        }
        return plays;
    }

    private Play begun(int conversation) {
        var customers = new ArrayList<String>();
        customers.add(customer(conversation, 0));
        if (scenario.channel() == Channel.GROUP_MMS) {
            customers.add(customer(conversation, 1));
        }
        return new Play(customers);
    }

    /// Numbers of the block that is kept for fiction, our own not among them; then the area code counts up.
    private String customer(int conversation, int ofGroup) {
        int line = conversation % CONVERSATIONS_OF_AN_AREA * MOST_CUSTOMERS + ofGroup;
        var plain = "+1%03d55501%02d".formatted(FIRST_AREA + conversation / CONVERSATIONS_OF_AN_AREA, line);
        return scenario.channel() == Channel.WHATSAPP ? "whatsapp:" + plain : plain;
    }

    private void act(Play play, Act act) {
        switch (act) {
            case Act.Say say -> {
                var message = said(play, say);
                play.conversationSid = message.conversationSid();
                if (say.name() != null) {
                    play.messages.put(say.name(), message.sid());
                }
            }
            case Act.Edit(var message, var text, var isAnnounced) ->
                world.edit(sid(play, message), MessageFields.body(text), byRest(isAnnounced));
            case Act.Remove(var message, var isAnnounced) ->
                world.removeMessage(sid(play, message), byRest(isAnnounced));
            case Act.Deliver(var message, var status, var errorCode) ->
                world.deliver(sid(play, message), status, errorCode);
            case Act.Report(var message, var status, var errorCode) ->
                world.reportStatus(sid(play, message), status, errorCode);
            case Act.EndFlow(var answers) -> endFlow(conversationSid(play), answers);
            case Act.Close() -> world.changeState(conversationSid(play), State.CLOSED, Origin.TIMER);
            case Act.RemoveConversation(var isAnnounced) ->
                world.removeConversation(conversationSid(play), byRest(isAnnounced));
            case Act.Pause _ -> {
                // taken once for all conversations
            }
        }
    }

    private Message said(Play play, Act.Say say) {
        return switch (say.speaker()) {
            case CUSTOMER -> fromCustomer(play, say);
            case FLOW -> world.byRest(conversationSid(play), fields(play, number, say), Origin.REST);
            case BOT -> world.byRest(conversationSid(play), fields(play, BOT, say), Origin.REST_WITH_WEBHOOK);
            case AGENT -> world.bySdk(conversationSid(play), AGENT, say.text());
        };
    }

    private Message fromCustomer(Play play, Act.Say say) {
        var from = play.customers.getFirst();
        var message = play.customers.size() > 1
                ? world.inboundGroup(from, play.customers.subList(1, play.customers.size()), number, say.text())
                : world.inbound(from, number, say.text(), pictures(play, say));
        return message.orElseThrow(() -> new IllegalStateException("nobody waits at our number"));
    }

    private static MessageFields fields(Play play, String author, Act.Say say) {
        return new MessageFields(author, say.text(), null, pictures(play, say), null);
    }

    private static List<Media> pictures(Play play, Act.Say say) {
        return IntStream.range(0, say.pictures())
                .mapToObj(i -> new Media(
                        Sids.of("ME", play.customers, play.messages.size(), i), "image/jpeg", "picture.jpg", 48_213))
                .toList();
    }

    private void endFlow(String conversationSid, Map<String, String> answers) {
        for (var execution : world.studio().executionsOf(conversationSid)) {
            if (!execution.isEnded()) {
                world.studio().callAtEnd(execution.sid(), answers);
                world.studio().end(execution.sid(), Studio.FLOW_END);
            }
        }
    }

    private static Origin byRest(boolean isAnnounced) {
        return isAnnounced ? Origin.REST_WITH_WEBHOOK : Origin.REST;
    }

    private static String conversationSid(Play play) {
        if (play.conversationSid == null) {
            throw new ScenarioException("A conversation begins with something that its customer says");
        }
        return play.conversationSid;
    }

    private static String sid(Play play, String message) {
        var sid = play.messages.get(message);
        if (sid == null) {
            throw new IllegalStateException("no message " + message);
        }
        return sid;
    }
}

package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.Happening.Message;
import org.transcriptpipeline.simulator.world.Announcement;
import org.transcriptpipeline.simulator.world.Binding;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.DeliveryStatus;
import org.transcriptpipeline.simulator.world.Execution;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.Participant;
import org.transcriptpipeline.simulator.world.Receipt;
import org.transcriptpipeline.simulator.world.State;
import org.transcriptpipeline.simulator.world.WorldEvent;

/// Turns a scenario into the requests that Twilio would make. The same scenario, account and start give the same
/// bytes.
final class Script {

    private final Scenario scenario;
    private final String accountSid;
    private final Instant startedAt;
    private final Random random;
    private final List<Planned> requests = new ArrayList<>();
    /// When each message and participant came to be, since later requests repeat it as `DateCreated`.
    private final Map<String, Instant> addedAt = new HashMap<>();

    private Script(Scenario scenario, String accountSid, Instant startedAt) {
        this.scenario = scenario;
        this.accountSid = accountSid;
        this.startedAt = startedAt;
        this.random = new Random(scenario.seed());
    }

    static List<Planned> of(Scenario scenario, String accountSid, Instant startedAt) {
        var script = new Script(scenario, accountSid, startedAt);
        script.add(scenario.steps());
        return script.requests;
    }

    private void add(List<Step> steps) {
        for (var step : steps) {
            switch (step) {
                case Step.Report report -> add(report);
                case Step.Shuffle(var inner) -> {
                    int start = requests.size();
                    add(inner);
                    Collections.shuffle(requests.subList(start, requests.size()), random);
                }
            }
        }
    }

    private void add(Step.Report report) {
        var first = webhook(report.happening(), startedAt.plus(report.at()), 0);
        for (int i = 0; i < report.repeat(); i++) {
            requests.add(new Planned(first, i == 0 ? report.delay() : Duration.ZERO, report.forge()));
        }
        for (int retry = 1; retry <= report.retries(); retry++) {
            var again = webhook(report.happening(), startedAt.plus(report.at()), retry);
            requests.add(new Planned(again, Duration.ZERO, report.forge()));
        }
    }

    private Webhook webhook(Happening happening, Instant at, int retryCount) {
        var webhook = WebhookForms.of(accountSid, event(happening, at), retryCount);
        if (webhook == null) {
            throw new IllegalStateException("no webhook tells of " + happening.getClass());
        }
        return webhook;
    }

    private WorldEvent event(Happening happening, Instant at) {
        return switch (happening) {
            case Happening.ConversationAdded(var friendlyName) ->
                new WorldEvent.ConversationAdded(
                        conversation(friendlyName, State.ACTIVE, at, at),
                        List.of(Binding.of(scenario.customer(), scenario.number())),
                        Origin.CARRIER,
                        at);
            case Happening.ConversationUpdated(var friendlyName) ->
                new WorldEvent.ConversationUpdated(
                        conversation(friendlyName, State.ACTIVE, startedAt, at), Origin.REST_WITH_WEBHOOK, at);
            case Happening.ConversationRemoved() ->
                new WorldEvent.ConversationRemoved(
                        conversation(null, State.CLOSED, startedAt, at), Origin.REST_WITH_WEBHOOK, at);
            case Happening.StateUpdated(var from, var to, var reason) ->
                new WorldEvent.StateUpdated(
                        conversation(null, State.of(to), startedAt, at),
                        State.of(from),
                        State.of(to),
                        WorldEvent.Reason.valueOf(reason),
                        Origin.REST_WITH_WEBHOOK,
                        at);
            case Happening.ParticipantAdded(var name, var identity) -> {
                addedAt.put(name, at);
                yield new WorldEvent.ParticipantAdded(
                        conversation(), participant(name, identity), originOf(identity), at);
            }
            case Happening.ParticipantRemoved(var name, var identity) ->
                new WorldEvent.ParticipantRemoved(conversation(), participant(name, identity), originOf(identity), at);
            case Happening.MessageAdded(var message) -> {
                addedAt.put(message.name(), at);
                yield new WorldEvent.MessageAdded(
                        conversation(), message(message, message.text(), null), origin(message), at);
            }
            case Happening.MessageUpdated(var message, var text) ->
                new WorldEvent.MessageUpdated(conversation(), message(message, text, at), Origin.REST_WITH_WEBHOOK, at);
            case Happening.MessageRemoved(var message) ->
                new WorldEvent.MessageRemoved(
                        conversation(), message(message, message.text(), at), Origin.REST_WITH_WEBHOOK, at);
            case Happening.DeliveryUpdated(var message, var status, var errorCode) ->
                new WorldEvent.DeliveryUpdated(conversation(), receipt(message, status, errorCode, at), at);
            case Happening.StatusCallback(var message, var status, var errorCode) ->
                new WorldEvent.MessageStatus(
                        sid("SM", message.name()),
                        sid("MG"),
                        scenario.number(),
                        scenario.customer(),
                        status,
                        errorCode,
                        at);
            case Happening.FlowEnded ended -> flowCalled(ended, at);
        };
    }

    private Conversation conversation() {
        return conversation(null, State.ACTIVE, startedAt, startedAt);
    }

    private Conversation conversation(
            @Nullable String friendlyName, State state, Instant dateCreated, Instant dateUpdated) {
        return new Conversation(
                scenario.conversationSid(),
                0,
                sid("IS"),
                sid("MG"),
                friendlyName,
                null,
                "{}",
                state,
                dateCreated,
                dateUpdated,
                null,
                null);
    }

    private Participant participant(String name, @Nullable String identity) {
        return new Participant(
                sid("MB", name),
                scenario.conversationSid(),
                identity,
                identity == null ? Binding.of(scenario.customer(), scenario.number()) : null,
                "{}",
                sid("RL"),
                null,
                addedAt(name),
                addedAt(name));
    }

    private org.transcriptpipeline.simulator.world.Message message(
            Message message, String text, @Nullable Instant dateUpdated) {
        return new org.transcriptpipeline.simulator.world.Message(
                sid("IM", message.name()),
                scenario.conversationSid(),
                message.index(),
                author(message),
                participantSid(message),
                text,
                "{}",
                List.of(),
                addedAt(message.name()),
                dateUpdated,
                origin(message),
                Announcement.PENDING);
    }

    private Receipt receipt(Message message, String status, @Nullable Integer errorCode, Instant at) {
        return new Receipt(
                sid("DY", message.name()),
                scenario.conversationSid(),
                sid("IM", message.name()),
                sid("SM", message.name()),
                sid("MB", Message.CUSTOMER),
                DeliveryStatus.of(status),
                errorCode,
                addedAt(message.name()).plusMillis(150),
                at);
    }

    private WorldEvent flowCalled(Happening.FlowEnded ended, Instant at) {
        var parameters = new LinkedHashMap<String, String>();
        if (ended.reason() != null) {
            parameters.put("reason", ended.reason());
        }
        if (ended.note() != null) {
            parameters.put("note", ended.note());
        }
        parameters.putAll(ended.answers());
        var execution = new Execution(
                sid("FN"),
                sid("FW"),
                scenario.conversationSid(),
                scenario.conversationSid(),
                false,
                null,
                null,
                1,
                startedAt,
                at,
                parameters);
        return new WorldEvent.FlowCalled(execution, parameters, at);
    }

    private String author(Message message) {
        if (message.isFromCustomer()) {
            return scenario.customer();
        }
        // What a flow's message has as author is not documented; its widgets default to the flow's own number.
        return isAgent(message) ? message.from() : scenario.number();
    }

    private static Origin origin(Message message) {
        if (message.isFromCustomer()) {
            return Origin.CARRIER;
        }
        return isAgent(message) ? Origin.SDK : Origin.REST_WITH_WEBHOOK;
    }

    private static Origin originOf(@Nullable String identity) {
        return identity == null ? Origin.CARRIER : Origin.REST_WITH_WEBHOOK;
    }

    private @Nullable String participantSid(Message message) {
        return message.from().equals(Message.FLOW) ? null : sid("MB", message.from());
    }

    private static boolean isAgent(Message message) {
        return !message.isFromCustomer() && !message.from().equals(Message.FLOW);
    }

    private Instant addedAt(String name) {
        return addedAt.getOrDefault(name, startedAt);
    }

    private String sid(String prefix, Object... words) {
        return scenario.sid(prefix, words);
    }
}

package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.Happening.Message;

/// Turns a scenario into the requests that Twilio would make, parameter by parameter (`twilio-reference` 2.7 and
/// 2.8). The same scenario, account and start give the same bytes.
final class Script {

    /// As a carrier writes `RawDlrDoneDate`.
    private static final DateTimeFormatter CARRIER_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmm").withZone(ZoneOffset.UTC);

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
        return switch (happening) {
            case Happening.ConversationAdded(var friendlyName) ->
                conversation(
                        new Form()
                                .with("MessagingServiceSid", sid("MG"))
                                .with("RetryCount", retryCount)
                                .with("EventType", "onConversationAdded")
                                .with("State", "active")
                                .with("Attributes", "{}")
                                .with("DateCreated", at)
                                .with("FriendlyName", friendlyName)
                                .with("ChatServiceSid", sid("IS"))
                                .with("MessagingBinding.ProxyAddress", scenario.number())
                                .with("MessagingBinding.Address", scenario.customer())
                                .with("AccountSid", accountSid)
                                .with("Source", "SMS"),
                        scenario.conversationSid());
            case Happening.ConversationUpdated(var friendlyName) ->
                conversation(
                        wholeConversation("onConversationUpdated", at, retryCount)
                                .with("FriendlyName", friendlyName)
                                .with("State", "active"),
                        scenario.conversationSid());
            case Happening.ConversationRemoved() ->
                conversation(
                        wholeConversation("onConversationRemoved", at, retryCount)
                                .with("DateRemoved", at)
                                .with("State", "closed"),
                        scenario.conversationSid());
            case Happening.StateUpdated(var from, var to, var reason) ->
                conversation(
                        new Form()
                                .with("EventType", "onConversationStateUpdated")
                                .with("AccountSid", accountSid)
                                .with("ChatServiceSid", sid("IS"))
                                .with("MessagingServiceSid", sid("MG"))
                                .with("StateFrom", from)
                                .with("StateTo", to)
                                .with("StateUpdated", at)
                                .with("Reason", reason)
                                .with("RetryCount", retryCount),
                        scenario.conversationSid());
            case Happening.ParticipantAdded(var name, var identity) -> {
                addedAt.put(name, at);
                yield conversation(participant("onParticipantAdded", name, identity, at, retryCount), sid("MB", name));
            }
            case Happening.ParticipantRemoved(var name, var identity) ->
                conversation(
                        participant("onParticipantRemoved", name, identity, addedAt(name), retryCount)
                                .with("DateUpdated", at)
                                .with("DateRemoved", at),
                        sid("MB", name));
            case Happening.MessageAdded(var message) -> {
                addedAt.put(message.name(), at);
                yield conversation(
                        new Form()
                                .with("MessagingServiceSid", sid("MG"))
                                .with("EventType", "onMessageAdded")
                                .with("Attributes", "{}")
                                .with("DateCreated", at)
                                .with("Index", message.index())
                                .with("ChatServiceSid", sid("IS"))
                                .with("MessageSid", sid("IM", message.name()))
                                .with("AccountSid", accountSid)
                                .with("Source", source(message))
                                .with("ClientIdentity", isAgent(message) ? message.from() : null)
                                .with("RetryCount", retryCount)
                                .with("Author", author(message))
                                .with("ParticipantSid", participantSid(message))
                                .with("Body", message.text()),
                        sid("IM", message.name()));
            }
            case Happening.MessageUpdated(var message, var text) ->
                conversation(
                        wholeMessage("onMessageUpdated", message, text, at, retryCount), sid("IM", message.name()));
            case Happening.MessageRemoved(var message) ->
                conversation(
                        wholeMessage("onMessageRemoved", message, message.text(), at, retryCount)
                                .with("DateRemoved", at),
                        sid("IM", message.name()));
            case Happening.DeliveryUpdated(var message, var status, var errorCode) ->
                conversation(
                        new Form()
                                .with("EventType", "onDeliveryUpdated")
                                .with("AccountSid", accountSid)
                                .with("ChatServiceSid", sid("IS"))
                                .with("MessageSid", sid("IM", message.name()))
                                .with("DeliveryReceiptSid", sid("DY", message.name()))
                                .with("ChannelMessageSid", sid("SM", message.name()))
                                .with("ParticipantSid", sid("MB", Message.CUSTOMER))
                                .with("Status", status)
                                .with("ErrorCode", errorCode)
                                .with("DateCreated", addedAt(message.name()).plusMillis(150))
                                .with("DateUpdated", at)
                                .with("RetryCount", retryCount),
                        sid("IM", message.name()));
            case Happening.StatusCallback(var message, var status, var errorCode) ->
                statusCallback(message, status, errorCode, at);
            case Happening.FlowEnded ended -> flowEnded(ended);
        };
    }

    private Webhook conversation(Form form, String subject) {
        form.with("ConversationSid", scenario.conversationSid());
        return webhook(Webhook.CONVERSATIONS, subject, form);
    }

    private Webhook webhook(String path, String subject, Form form) {
        var identifying = form.parameters().stream()
                .filter(p -> !p.name().equals("RetryCount"))
                .toList();
        return new Webhook(path, subject, form.parameters(), Sids.idempotencyToken(path, FormBody.encode(identifying)));
    }

    private Form wholeConversation(String eventType, Instant at, int retryCount) {
        return new Form()
                .with("EventType", eventType)
                .with("AccountSid", accountSid)
                .with("ChatServiceSid", sid("IS"))
                .with("MessagingServiceSid", sid("MG"))
                .with("DateCreated", startedAt)
                .with("DateUpdated", at)
                .with("Attributes", "{}")
                .with("Source", "API")
                .with("RetryCount", retryCount);
    }

    private Form participant(
            String eventType, String name, @Nullable String identity, Instant createdAt, int retryCount) {
        var form = new Form()
                .with("EventType", eventType)
                .with("Attributes", "{}")
                .with("DateCreated", createdAt)
                .with("ChatServiceSid", sid("IS"))
                .with("ParticipantSid", sid("MB", name));
        if (identity == null) {
            form.with("MessagingBinding.ProxyAddress", scenario.number())
                    .with("MessagingBinding.Address", scenario.customer())
                    .with("MessagingBinding.Type", "SMS");
        } else {
            form.with("Identity", identity).with("MessagingBinding.Type", "CHAT");
        }
        return form.with("RoleSid", sid("RL"))
                .with("AccountSid", accountSid)
                .with("Source", identity == null ? "SMS" : "API")
                .with("RetryCount", retryCount);
    }

    private Form wholeMessage(String eventType, Message message, String text, Instant at, int retryCount) {
        return new Form()
                .with("EventType", eventType)
                .with("Attributes", "{}")
                .with("DateCreated", addedAt(message.name()))
                .with("DateUpdated", at)
                .with("Index", message.index())
                .with("ChatServiceSid", sid("IS"))
                .with("MessageSid", sid("IM", message.name()))
                .with("AccountSid", accountSid)
                .with("Source", "API")
                .with("RetryCount", retryCount)
                .with("Author", author(message))
                .with("ParticipantSid", participantSid(message))
                .with("Body", text);
    }

    private Webhook statusCallback(Message message, String status, @Nullable Integer errorCode, Instant at) {
        boolean isFromCarrier = status.equals("delivered") || status.equals("undelivered");
        var form = new Form()
                .with("ErrorCode", errorCode)
                .with("RawDlrDoneDate", isFromCarrier ? CARRIER_TIME.format(at) : null)
                .with("SmsSid", sid("SM", message.name()))
                .with("SmsStatus", status)
                .with("MessageStatus", status)
                .with("To", scenario.customer())
                .with("MessagingServiceSid", sid("MG"))
                .with("MessageSid", sid("SM", message.name()))
                .with("AccountSid", accountSid)
                .with("From", scenario.number())
                .with("ApiVersion", "2010-04-01");
        return webhook(Webhook.MESSAGE_STATUS, sid("SM", message.name()), form);
    }

    /// The parameters of a Studio widget are the ones that its author chose; `AccountSid` is not among them.
    private Webhook flowEnded(Happening.FlowEnded ended) {
        var form = new Form()
                .with("conversationSid", scenario.conversationSid())
                .with("flowSid", sid("FW"))
                .with("executionSid", sid("FN"))
                .with("reason", ended.reason())
                .with("note", ended.note());
        ended.answers().forEach(form::with);
        return webhook(Webhook.FLOW_ENDED, scenario.conversationSid(), form);
    }

    private String author(Message message) {
        if (message.isFromCustomer()) {
            return scenario.customer();
        }
        // What a flow's message has as author is not documented; its widgets default to the flow's own number.
        return isAgent(message) ? message.from() : scenario.number();
    }

    private static String source(Message message) {
        if (message.isFromCustomer()) {
            return "SMS";
        }
        return isAgent(message) ? "SDK" : "API";
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

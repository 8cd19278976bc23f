package org.transcriptpipeline.simulator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Binding;
import org.transcriptpipeline.simulator.world.Conversation;
import org.transcriptpipeline.simulator.world.Media;
import org.transcriptpipeline.simulator.world.Message;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.Participant;
import org.transcriptpipeline.simulator.world.WorldEvent;
import tools.jackson.databind.json.JsonMapper;

/// The request that Twilio makes for a happening, parameter by parameter
/// (/docs/conversations-classic/conversations-webhooks, and captures that others published).
final class WebhookForms {

    /// As a carrier writes `RawDlrDoneDate`.
    private static final DateTimeFormatter CARRIER_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmm").withZone(ZoneOffset.UTC);

    private static final JsonMapper JSON = JsonMapper.shared();

    private WebhookForms() {}

    /// @return null for what no webhook tells
    static @Nullable Webhook of(String accountSid, WorldEvent event, int retryCount) {
        return switch (event) {
            case WorldEvent.ConversationAdded e -> conversations(e, added(accountSid, e, retryCount));
            case WorldEvent.ConversationUpdated e ->
                conversations(e, whole("onConversationUpdated", accountSid, e.conversation(), e.origin(), retryCount));
            case WorldEvent.ConversationRemoved e ->
                conversations(
                        e,
                        whole("onConversationRemoved", accountSid, e.conversation(), e.origin(), retryCount)
                                .with("DateRemoved", e.at()));
            case WorldEvent.StateUpdated e -> conversations(e, state(accountSid, e, retryCount));
            case WorldEvent.ParticipantAdded e ->
                conversations(e, participant("onParticipantAdded", accountSid, e, e.participant(), retryCount));
            case WorldEvent.ParticipantUpdated e ->
                conversations(
                        e,
                        participant("onParticipantUpdated", accountSid, e, e.participant(), retryCount)
                                .with("DateUpdated", e.participant().dateUpdated())
                                .with("LastReadMessageIndex", e.participant().lastReadMessageIndex()));
            case WorldEvent.ParticipantRemoved e ->
                conversations(
                        e,
                        participant("onParticipantRemoved", accountSid, e, e.participant(), retryCount)
                                .with("DateUpdated", e.at())
                                .with("DateRemoved", e.at()));
            case WorldEvent.MessageAdded e ->
                conversations(
                        e,
                        new Form()
                                .with("MessagingServiceSid", e.conversation().messagingServiceSid())
                                .and(message("onMessageAdded", accountSid, e, e.message(), retryCount)));
            case WorldEvent.MessageUpdated e ->
                conversations(
                        e,
                        message("onMessageUpdated", accountSid, e, e.message(), retryCount)
                                .with("DateUpdated", updated(e.message())));
            case WorldEvent.MessageRemoved e ->
                conversations(
                        e,
                        message("onMessageRemoved", accountSid, e, e.message(), retryCount)
                                .with("DateUpdated", updated(e.message()))
                                .with("DateRemoved", e.at()));
            case WorldEvent.DeliveryUpdated e -> conversations(e, delivery(accountSid, e, retryCount));
            case WorldEvent.MessageStatus e -> webhook(Webhook.MESSAGE_STATUS, e.subject(), status(accountSid, e));
            case WorldEvent.FlowCalled e -> webhook(Webhook.FLOW_ENDED, e.subject(), flow(e));
            case WorldEvent.ExecutionStarted _, WorldEvent.ExecutionEnded _ -> null;
        };
    }

    private static Form added(String accountSid, WorldEvent.ConversationAdded e, int retryCount) {
        var conversation = e.conversation();
        var form = new Form()
                .with("MessagingServiceSid", conversation.messagingServiceSid())
                .with("RetryCount", retryCount)
                .with("EventType", "onConversationAdded")
                .with("State", conversation.state().wire())
                .with("Attributes", conversation.attributes())
                .with("DateCreated", conversation.dateCreated())
                .with("FriendlyName", conversation.friendlyName())
                .with("UniqueName", conversation.uniqueName())
                .with("ChatServiceSid", conversation.serviceSid());
        return bindings(e.bindings(), form)
                .with("AccountSid", accountSid)
                .with("Source", e.origin().source())
                .with("ConversationSid", conversation.sid());
    }

    /// Of a group the author's address stands apart, and those of all others, ours among them, follow one another.
    private static Form bindings(List<Binding> bindings, Form form) {
        if (bindings.size() > 1) {
            for (var binding : bindings.subList(1, bindings.size())) {
                form.with(
                        "MessagingBinding.Address",
                        binding.address() == null ? binding.projectedAddress() : binding.address());
            }
            return form.with(
                    "MessagingBinding.AuthorAddress", bindings.getFirst().address());
        }
        for (var binding : bindings) {
            form.with("MessagingBinding.ProxyAddress", binding.proxyAddress())
                    .with("MessagingBinding.Address", binding.address());
        }
        return form;
    }

    private static Form whole(
            String eventType, String accountSid, Conversation conversation, Origin origin, int retryCount) {
        return new Form()
                .with("EventType", eventType)
                .with("AccountSid", accountSid)
                .with("ChatServiceSid", conversation.serviceSid())
                .with("MessagingServiceSid", conversation.messagingServiceSid())
                .with("DateCreated", conversation.dateCreated())
                .with("DateUpdated", conversation.dateUpdated())
                .with("FriendlyName", conversation.friendlyName())
                .with("UniqueName", conversation.uniqueName())
                .with("Attributes", conversation.attributes())
                .with("State", conversation.state().wire())
                .with("Source", origin.source())
                .with("RetryCount", retryCount)
                .with("ConversationSid", conversation.sid());
    }

    private static Form state(String accountSid, WorldEvent.StateUpdated e, int retryCount) {
        return new Form()
                .with("EventType", "onConversationStateUpdated")
                .with("AccountSid", accountSid)
                .with("ChatServiceSid", e.conversation().serviceSid())
                .with("MessagingServiceSid", e.conversation().messagingServiceSid())
                .with("StateFrom", e.from().wire())
                .with("StateTo", e.to().wire())
                .with("StateUpdated", e.at())
                .with("Reason", e.reason())
                .with("RetryCount", retryCount)
                .with("ConversationSid", e.conversation().sid());
    }

    private static Form participant(
            String eventType, String accountSid, WorldEvent.InConversation e, Participant participant, int retryCount) {
        var form = new Form()
                .with("EventType", eventType)
                .with("Attributes", participant.attributes())
                .with("DateCreated", participant.dateCreated())
                .with("ChatServiceSid", e.conversation().serviceSid())
                .with("ParticipantSid", participant.sid())
                .with("Identity", participant.identity());
        var binding = participant.binding();
        if (binding == null) {
            form.with("MessagingBinding.Type", "CHAT");
        } else {
            form.with("MessagingBinding.ProxyAddress", binding.proxyAddress())
                    .with("MessagingBinding.Address", binding.address())
                    .with("MessagingBinding.ProjectedAddress", binding.projectedAddress())
                    .with("MessagingBinding.Type", binding.type().toUpperCase(Locale.ROOT));
        }
        return form.with("RoleSid", participant.roleSid())
                .with("AccountSid", accountSid)
                .with("Source", e.origin().source())
                .with("RetryCount", retryCount)
                .with("ConversationSid", e.conversation().sid());
    }

    private static Form message(
            String eventType, String accountSid, WorldEvent.InConversation e, Message message, int retryCount) {
        return new Form()
                .with("EventType", eventType)
                .with("Attributes", message.attributes())
                .with("DateCreated", message.dateCreated())
                .with("Index", message.index())
                .with("ChatServiceSid", e.conversation().serviceSid())
                .with("MessageSid", message.sid())
                .with("AccountSid", accountSid)
                .with("Source", e.origin().source())
                .with("ClientIdentity", e.origin() == Origin.SDK ? message.author() : null)
                .with("RetryCount", retryCount)
                .with("Author", message.author())
                .with("ParticipantSid", message.participantSid())
                .with("Body", message.body())
                .with("Media", media(message.media()))
                .with("ConversationSid", e.conversation().sid());
    }

    private static @Nullable String media(List<Media> media) {
        if (media.isEmpty()) {
            return null;
        }
        var array = JSON.createArrayNode();
        media.forEach(m -> array.addObject()
                .put("Sid", m.sid())
                .put("Filename", m.filename())
                .put("ContentType", m.contentType())
                .put("Size", m.sizeBytes()));
        return array.toString();
    }

    private static Form delivery(String accountSid, WorldEvent.DeliveryUpdated e, int retryCount) {
        var receipt = e.receipt();
        return new Form()
                .with("EventType", "onDeliveryUpdated")
                .with("AccountSid", accountSid)
                .with("ChatServiceSid", e.conversation().serviceSid())
                .with("MessageSid", receipt.messageSid())
                .with("DeliveryReceiptSid", receipt.sid())
                .with("ChannelMessageSid", receipt.channelMessageSid())
                .with("ParticipantSid", receipt.participantSid())
                .with(
                        "Status",
                        receipt.status() == null ? null : receipt.status().wire())
                .with("ErrorCode", receipt.errorCode())
                .with("DateCreated", receipt.dateCreated())
                .with("DateUpdated", receipt.dateUpdated() == null ? receipt.dateCreated() : receipt.dateUpdated())
                .with("RetryCount", retryCount)
                .with("ConversationSid", e.conversation().sid());
    }

    private static Form status(String accountSid, WorldEvent.MessageStatus e) {
        boolean isFromCarrier = e.status().equals("delivered") || e.status().equals("undelivered");
        boolean isWhatsApp = e.to().startsWith("whatsapp:");
        var form = new Form();
        if (isWhatsApp) {
            form.with("ChannelPrefix", "whatsapp")
                    .with("ChannelInstallSid", Sids.of("XE", accountSid, e.from()))
                    .with("EventType", e.status().equals("read") ? "READ" : null)
                    .with("ChannelToAddress", e.to().substring("whatsapp:".length()));
        }
        return form.with("ErrorCode", e.errorCode())
                .with("RawDlrDoneDate", isFromCarrier && !isWhatsApp ? CARRIER_TIME.format(e.at()) : null)
                .with("SmsSid", e.channelMessageSid())
                .with("SmsStatus", e.status())
                .with("MessageStatus", e.status())
                .with("To", e.to())
                .with("MessagingServiceSid", e.messagingServiceSid())
                .with("MessageSid", e.channelMessageSid())
                .with("AccountSid", accountSid)
                .with("From", e.from())
                .with("ApiVersion", "2010-04-01");
    }

    /// The parameters of a Studio widget are the ones that its author chose; `AccountSid` is not among them.
    private static Form flow(WorldEvent.FlowCalled e) {
        var form = new Form()
                .with("conversationSid", e.execution().conversationSid())
                .with("flowSid", e.execution().flowSid())
                .with("executionSid", e.execution().sid());
        e.parameters().forEach(form::with);
        return form;
    }

    private static Instant updated(Message message) {
        return message.dateUpdated() == null ? message.dateCreated() : message.dateUpdated();
    }

    private static Webhook conversations(WorldEvent event, Form form) {
        return webhook(Webhook.CONVERSATIONS, event.subject(), form);
    }

    /// A repeated request has the token of the first one.
    private static Webhook webhook(String path, String subject, Form form) {
        var identifying = form.parameters().stream()
                .filter(p -> !p.name().equals("RetryCount"))
                .toList();
        return new Webhook(path, subject, form.parameters(), Sids.idempotencyToken(path, FormBody.encode(identifying)));
    }
}

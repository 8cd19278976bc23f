package org.transcriptpipeline.cli.doctor;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Which parameters Twilio sends, by event.
///
/// Sources: twilio.com/docs/conversations-classic/conversations-webhooks and
/// twilio.com/docs/messaging/guides/track-outbound-message-status (2026-11), and published captures, which have
/// `RetryCount` everywhere.
///
/// @param always documented for every such request
/// @param sometimes documented as optional, or seen
record DocumentedParameters(List<String> always, List<String> sometimes) {

    private static final String CONVERSATION =
            "ConversationSid DateCreated DateUpdated Attributes ChatServiceSid MessagingServiceSid State";
    private static final String MESSAGE = "ConversationSid MessageSid Index DateCreated Body Author Attributes";
    private static final String PARTICIPANT = "ConversationSid ParticipantSid DateCreated RoleSid Attributes";
    private static final String USER = "ChatServiceSid UserSid RoleSid Attributes FriendlyName";
    private static final String BINDING =
            " MessagingBinding.ProxyAddress MessagingBinding.Address MessagingBinding.Type"
                    + " MessagingBinding.ProjectedAddress Identity";
    private static final String NAMES = "FriendlyName UniqueName";

    private static final Map<String, DocumentedParameters> BY_EVENT = Map.ofEntries(
            event("onConversationAdded", CONVERSATION, NAMES + BINDING + " MessageBody Media"),
            event("onConversationUpdated", CONVERSATION, NAMES),
            event("onConversationRemoved", CONVERSATION + " DateRemoved", NAMES),
            event(
                    "onConversationStateUpdated",
                    "ChatServiceSid ConversationSid MessagingServiceSid StateFrom StateTo StateUpdated Reason",
                    ""),
            event("onMessageAdded", MESSAGE + " MessagingServiceSid", "ParticipantSid Media ChatServiceSid"),
            event("onMessageUpdated", MESSAGE + " DateUpdated", "ParticipantSid Media ChatServiceSid"),
            event("onMessageRemoved", MESSAGE + " DateUpdated DateRemoved", "ParticipantSid Media ChatServiceSid"),
            event("onParticipantAdded", PARTICIPANT, "ChatServiceSid" + BINDING),
            event(
                    "onParticipantUpdated",
                    PARTICIPANT + " DateUpdated",
                    "LastReadMessageIndex ChatServiceSid" + BINDING),
            event("onParticipantRemoved", PARTICIPANT + " DateUpdated DateRemoved", "ChatServiceSid" + BINDING),
            event(
                    "onDeliveryUpdated",
                    "ConversationSid ChatServiceSid MessageSid DeliveryReceiptSid ChannelMessageSid ParticipantSid"
                            + " Status DateCreated DateUpdated",
                    "ErrorCode"),
            event("onUserAdded", USER + " DateCreated", "Identity"),
            event("onUserUpdated", USER + " DateCreated DateUpdated isOnline isNotifiable", "Identity"));

    private static final DocumentedParameters STATUS_CALLBACK = new DocumentedParameters(
            words("AccountSid MessageSid MessageStatus SmsSid SmsStatus From To ApiVersion"),
            words("MessagingServiceSid ErrorCode RawDlrDoneDate ChannelPrefix ChannelInstallSid ChannelStatusMessage"
                    + " EventType ChannelToAddress ErrorMessage"));

    /// What docs/configuration.md asks a flow's last widget to send.
    private static final DocumentedParameters FLOW_ENDED =
            new DocumentedParameters(words("conversationSid"), words("flowSid executionSid reason note"));

    DocumentedParameters {
        always = List.copyOf(always);
        sometimes = List.copyOf(sometimes);
    }

    static List<String> eventTypes() {
        return BY_EVENT.keySet().stream().sorted().toList();
    }

    /// Of a request, by its path and its event.
    static DocumentedParameters of(SuspectRequest request) {
        if (request.path().contains("flow-ended")) {
            return FLOW_ENDED;
        }
        if (request.path().contains("message-status") || request.parameter("MessageStatus") != null) {
            return STATUS_CALLBACK;
        }
        var type = request.parameter("EventType");
        var known = type == null ? null : BY_EVENT.get(type);
        return known != null
                ? known
                : new DocumentedParameters(words("EventType AccountSid RetryCount"), words("Source ClientIdentity"));
    }

    List<String> missingFrom(SuspectRequest request) {
        var arrived = request.parameterNames();
        return always.stream().filter(name -> !arrived.contains(name)).toList();
    }

    private static Map.Entry<String, DocumentedParameters> event(String name, String always, String sometimes) {
        return Map.entry(
                name,
                new DocumentedParameters(
                        words("EventType AccountSid RetryCount " + always),
                        words("Source ClientIdentity " + sometimes)));
    }

    private static List<String> words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }
}

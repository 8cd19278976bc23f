package org.transcriptpipeline.ingest.webhook;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.Binding;
import org.transcriptpipeline.event.ConversationAdd;
import org.transcriptpipeline.event.ConversationAdded;
import org.transcriptpipeline.event.ConversationFields;
import org.transcriptpipeline.event.ConversationRemove;
import org.transcriptpipeline.event.ConversationRemoved;
import org.transcriptpipeline.event.ConversationStateUpdated;
import org.transcriptpipeline.event.ConversationUpdate;
import org.transcriptpipeline.event.ConversationUpdated;
import org.transcriptpipeline.event.DeliveryUpdated;
import org.transcriptpipeline.event.MessageAdd;
import org.transcriptpipeline.event.MessageAdded;
import org.transcriptpipeline.event.MessageFields;
import org.transcriptpipeline.event.MessageRemove;
import org.transcriptpipeline.event.MessageRemoved;
import org.transcriptpipeline.event.MessageUpdate;
import org.transcriptpipeline.event.MessageUpdated;
import org.transcriptpipeline.event.ParticipantAdd;
import org.transcriptpipeline.event.ParticipantAdded;
import org.transcriptpipeline.event.ParticipantFields;
import org.transcriptpipeline.event.ParticipantRemove;
import org.transcriptpipeline.event.ParticipantRemoved;
import org.transcriptpipeline.event.ParticipantUpdate;
import org.transcriptpipeline.event.ParticipantUpdated;
import org.transcriptpipeline.event.Source;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.event.UserAdded;
import org.transcriptpipeline.event.UserFields;
import org.transcriptpipeline.event.UserUpdate;
import org.transcriptpipeline.event.UserUpdated;
import org.transcriptpipeline.ingest.request.ReceivedRequest;

/// A Conversations (classic) webhook: thirteen post-action and ten pre-action events.
///
/// Source of names and parameters: twilio.com/docs/conversations-classic/conversations-webhooks (`twilio-reference`
/// 2.7 and 2.8).
final class ConversationWebhookDecoder implements EventDecoder {

    private static final String CONVERSATION = "ConversationSid";
    private static final String MESSAGE = "MessageSid";
    private static final String PARTICIPANT = "ParticipantSid";
    private static final String USER = "UserSid";

    /// The parameters that make each event.
    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            entry("onConversationAdded", List.of(CONVERSATION)),
            entry("onConversationUpdated", List.of(CONVERSATION)),
            entry("onConversationStateUpdated", List.of(CONVERSATION)),
            entry("onConversationRemoved", List.of(CONVERSATION)),
            entry("onMessageAdded", List.of(CONVERSATION, MESSAGE)),
            entry("onMessageUpdated", List.of(CONVERSATION, MESSAGE)),
            entry("onMessageRemoved", List.of(CONVERSATION, MESSAGE)),
            entry("onParticipantAdded", List.of(CONVERSATION, PARTICIPANT)),
            entry("onParticipantUpdated", List.of(CONVERSATION, PARTICIPANT)),
            entry("onParticipantRemoved", List.of(CONVERSATION, PARTICIPANT)),
            entry("onDeliveryUpdated", List.of(CONVERSATION, MESSAGE, "ChannelMessageSid")),
            entry("onUserAdded", List.of(USER)),
            entry("onUserUpdated", List.of(USER)),
            entry("onConversationAdd", List.of()),
            entry("onConversationUpdate", List.of(CONVERSATION)),
            entry("onConversationRemove", List.of(CONVERSATION)),
            entry("onMessageAdd", List.of(CONVERSATION)),
            entry("onMessageUpdate", List.of(CONVERSATION, MESSAGE)),
            entry("onMessageRemove", List.of(CONVERSATION, MESSAGE)),
            entry("onParticipantAdd", List.of(CONVERSATION)),
            entry("onParticipantUpdate", List.of(CONVERSATION, PARTICIPANT)),
            entry("onParticipantRemove", List.of(CONVERSATION, PARTICIPANT)),
            entry("onUserUpdate", List.of(USER)));

    private static final Set<String> KNOWN = Set.of(
            "EventType",
            "AccountSid",
            "Source",
            "ClientIdentity",
            "RetryCount",
            CONVERSATION,
            "ChatServiceSid",
            "MessagingServiceSid",
            "FriendlyName",
            "UniqueName",
            "Attributes",
            "State",
            "DateCreated",
            "DateUpdated",
            "DateRemoved",
            "MessageBody",
            "Media",
            "MessagingBinding.Address",
            "MessagingBinding.ProxyAddress",
            "MessagingBinding.ProjectedAddress",
            "MessagingBinding.AuthorAddress",
            "MessagingBinding.Type",
            MESSAGE,
            "Index",
            "Body",
            "Author",
            PARTICIPANT,
            "Identity",
            "RoleSid",
            "LastReadMessageIndex",
            "StateFrom",
            "StateTo",
            "StateUpdated",
            "Reason",
            "DeliveryReceiptSid",
            "ChannelMessageSid",
            "Status",
            "ErrorCode",
            USER,
            "isOnline",
            "isNotifiable");

    private final MediaDecoder media = new MediaDecoder();

    @Override
    public TranscriptEvent decode(ReceivedRequest request, String accountSid) {
        return new Reading(request, accountSid).event();
    }

    /// One request being read. The source is made last, since it holds the notes of everything before.
    private final class Reading {

        private final ReceivedRequest request;
        private final String accountSid;
        private final Parameters parameters;

        Reading(ReceivedRequest request, String accountSid) {
            this.request = request;
            this.accountSid = accountSid;
            this.parameters = new Parameters(request.form());
        }

        TranscriptEvent event() {
            var type = parameters.filled("EventType");
            if (type == null) {
                return unknown("missing:EventType");
            }
            var required = REQUIRED.get(type);
            if (required == null) {
                return unknown("event_type");
            }
            for (var name : required) {
                if (parameters.sid(name) == null) {
                    return unknown("missing:" + name);
                }
            }
            return switch (type) {
                case "onConversationAdded" -> new ConversationAdded(required(CONVERSATION), conversation(), source());
                case "onConversationUpdated" ->
                    new ConversationUpdated(required(CONVERSATION), conversation(), source());
                case "onConversationStateUpdated" -> stateUpdated();
                case "onConversationRemoved" ->
                    new ConversationRemoved(
                            required(CONVERSATION), conversation(), parameters.time("DateRemoved"), source());
                case "onMessageAdded" ->
                    new MessageAdded(required(CONVERSATION), required(MESSAGE), message(), source());
                case "onMessageUpdated" ->
                    new MessageUpdated(required(CONVERSATION), required(MESSAGE), message(), source());
                case "onMessageRemoved" ->
                    new MessageRemoved(
                            required(CONVERSATION),
                            required(MESSAGE),
                            message(),
                            parameters.time("DateRemoved"),
                            source());
                case "onParticipantAdded" ->
                    new ParticipantAdded(required(CONVERSATION), required(PARTICIPANT), participant(), source());
                case "onParticipantUpdated" ->
                    new ParticipantUpdated(required(CONVERSATION), required(PARTICIPANT), participant(), source());
                case "onParticipantRemoved" ->
                    new ParticipantRemoved(
                            required(CONVERSATION),
                            required(PARTICIPANT),
                            participant(),
                            parameters.time("DateRemoved"),
                            source());
                case "onDeliveryUpdated" -> deliveryUpdated();
                case "onUserAdded" -> new UserAdded(required(USER), user(), source());
                case "onUserUpdated" -> new UserUpdated(required(USER), user(), source());
                case "onConversationAdd" -> conversationAdd();
                case "onConversationUpdate" -> new ConversationUpdate(required(CONVERSATION), conversation(), source());
                case "onConversationRemove" -> new ConversationRemove(required(CONVERSATION), conversation(), source());
                case "onMessageAdd" -> new MessageAdd(required(CONVERSATION), message(), source());
                case "onMessageUpdate" ->
                    new MessageUpdate(required(CONVERSATION), required(MESSAGE), message(), source());
                case "onMessageRemove" ->
                    new MessageRemove(required(CONVERSATION), required(MESSAGE), message(), source());
                case "onParticipantAdd" -> new ParticipantAdd(required(CONVERSATION), participant(), source());
                case "onParticipantUpdate" ->
                    new ParticipantUpdate(required(CONVERSATION), required(PARTICIPANT), participant(), source());
                case "onParticipantRemove" ->
                    new ParticipantRemove(required(CONVERSATION), required(PARTICIPANT), participant(), source());
                case "onUserUpdate" -> new UserUpdate(required(USER), user(), source());
                default -> unknown("event_type");
            };
        }

        private String required(String name) {
            return requireNonNull(parameters.sid(name), name); // its presence was checked before
        }

        private TranscriptEvent stateUpdated() {
            return new ConversationStateUpdated(
                    required(CONVERSATION),
                    parameters.filled("StateFrom"),
                    parameters.filled("StateTo"),
                    parameters.time("StateUpdated"),
                    parameters.filled("Reason"),
                    parameters.sid("ChatServiceSid"),
                    parameters.sid("MessagingServiceSid"),
                    source());
        }

        private TranscriptEvent deliveryUpdated() {
            var status = parameters.filled("Status");
            if (status == null) {
                return unknown("missing:Status");
            }
            return new DeliveryUpdated(
                    required(CONVERSATION),
                    required(MESSAGE),
                    required("ChannelMessageSid"),
                    parameters.sid("DeliveryReceiptSid"),
                    parameters.sid(PARTICIPANT),
                    status,
                    parameters.code("ErrorCode"),
                    parameters.time("DateCreated"),
                    parameters.time("DateUpdated"),
                    parameters.sid("ChatServiceSid"),
                    source());
        }

        private TranscriptEvent conversationAdd() {
            var service = parameters.sid("ChatServiceSid");
            return new ConversationAdd(service != null ? service : accountSid, conversation(), source());
        }

        private ConversationFields conversation() {
            return new ConversationFields(
                    parameters.sid("ChatServiceSid"),
                    parameters.sid("MessagingServiceSid"),
                    parameters.text("FriendlyName"),
                    parameters.text("UniqueName"),
                    parameters.text("Attributes"),
                    parameters.filled("State"),
                    binding(),
                    parameters.text("MessageBody"),
                    parameters.time("DateCreated"),
                    parameters.time("DateUpdated"));
        }

        private MessageFields message() {
            return new MessageFields(
                    parameters.count("Index"),
                    parameters.text("Body"),
                    parameters.filled("Author"),
                    parameters.sid(PARTICIPANT),
                    parameters.text("Attributes"),
                    media.decode(parameters, "Media"),
                    parameters.time("DateCreated"),
                    parameters.time("DateUpdated"),
                    parameters.sid("ChatServiceSid"),
                    parameters.sid("MessagingServiceSid"));
        }

        private ParticipantFields participant() {
            return new ParticipantFields(
                    parameters.filled("Identity"),
                    binding(),
                    parameters.sid("RoleSid"),
                    parameters.text("Attributes"),
                    parameters.count("LastReadMessageIndex"),
                    parameters.time("DateCreated"),
                    parameters.time("DateUpdated"),
                    parameters.sid("ChatServiceSid"));
        }

        private UserFields user() {
            return new UserFields(
                    parameters.sid("ChatServiceSid"),
                    parameters.filled("Identity"),
                    parameters.text("FriendlyName"),
                    parameters.sid("RoleSid"),
                    parameters.text("Attributes"),
                    parameters.flag("isOnline"),
                    parameters.flag("isNotifiable"),
                    parameters.time("DateCreated"),
                    parameters.time("DateUpdated"));
        }

        private @Nullable Binding binding() {
            var binding = new Binding(
                    parameters.filled("MessagingBinding.Type"),
                    parameters.allFilled("MessagingBinding.Address"),
                    parameters.filled("MessagingBinding.ProxyAddress"),
                    parameters.filled("MessagingBinding.ProjectedAddress"),
                    parameters.filled("MessagingBinding.AuthorAddress"));
            return binding.equals(new Binding(null, List.of(), null, null, null)) ? null : binding;
        }

        private Unknown unknown(String reason) {
            var conversationSid = parameters.sid(CONVERSATION);
            var key = Stream.of(CONVERSATION, "ChatServiceSid", MESSAGE)
                    .<@Nullable String>map(parameters::sid)
                    .filter(sid -> sid != null)
                    .findFirst()
                    .orElse(accountSid);
            return new Unknown(requireNonNull(key), conversationSid, reason, source());
        }

        private Source source() {
            parameters.noteUnknown(KNOWN);
            return Sources.of(request, accountSid, parameters);
        }
    }
}

package org.transcriptpipeline.simulator.world;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The truth of one account: its conversations, their messages, participants and receipts, and its flows. Methods make
/// things happen and throw [TwilioRefusal] where Twilio would refuse; whoever listens is told of each happening, in
/// order. Safe for any number of threads. Times come from the clock, in milliseconds; SIDs from the seed: the same
/// calls in the same order give the same SIDs.
public final class TwilioWorld {

    private final Core core;
    private final Settings settings;
    private final Studio studio;
    private final ConversationBook conversations;
    private final MessageBook messages;
    private final ScopedWebhooks webhooks;
    private final Inbound inbound;
    private final Losses losses;

    public TwilioWorld(String accountSid, long seed, Clock clock) {
        core = new Core(accountSid, seed, clock);
        settings = new Settings(core);
        studio = new Studio(core);
        conversations = new ConversationBook(core, settings);
        messages = new MessageBook(core, conversations, studio);
        webhooks = new ScopedWebhooks(core, studio);
        inbound = new Inbound(settings, conversations, messages, webhooks);
        losses = new Losses(core, messages);
    }

    public String accountSid() {
        return core.accountSid();
    }

    public Settings settings() {
        return settings;
    }

    public Studio studio() {
        return studio;
    }

    /// What was not told, and why Twilio's debugger would say so.
    public Losses losses() {
        return losses;
    }

    /// @param listener is called in the order of the happenings, while the world stands still: it must be quick
    public void listen(Consumer<WorldEvent> listener) {
        core.listen(listener);
    }

    /// A customer's text. Makes the conversation where none is open and autocreation is on.
    ///
    /// @return empty when it belongs to no conversation
    public Optional<Message> inbound(String from, String to, String body) {
        return inbound(from, to, body, List.of());
    }

    public Optional<Message> inbound(String from, String to, String body, List<Media> media) {
        return alone(() -> inbound.text(from, to, new MessageFields(from, body, null, media, null)));
    }

    /// A text to a group of customers and our number.
    ///
    /// @param others who are in the group, besides the author and our number
    public Optional<Message> inboundGroup(String from, List<String> others, String to, String body) {
        return alone(() -> inbound.group(from, others, to, MessageFields.of(from, body)));
    }

    /// A message by a chat client. Its author joins the conversation first, if he has not.
    public Message bySdk(String conversationSid, String identity, String body) {
        return in(conversationSid, log -> {
            if (log.author(identity) == null) {
                conversations.addParticipant(log, ParticipantFields.chat(identity), Origin.SDK);
            }
            return messages.add(log, MessageFields.of(identity, body), Origin.SDK);
        });
    }

    /// A message by a REST call.
    ///
    /// @param origin [Origin#REST] or [Origin#REST_WITH_WEBHOOK]
    public Message byRest(String conversationSid, MessageFields fields, Origin origin) {
        return in(conversationSid, log -> messages.add(log, fields, origin));
    }

    public Message edit(String messageSid, MessageFields change, Origin origin) {
        return alone(() -> messages.edit(messageSid, change, origin));
    }

    public void removeMessage(String messageSid, Origin origin) {
        alone(() -> messages.remove(messageSid, origin));
    }

    /// The next indexes are never given, as Twilio allows itself.
    public void skipIndexes(String conversationSid, int count) {
        alone(() -> conversations.log(conversationSid).skipIndexes(count));
    }

    public Conversation createConversation(String serviceSid, ConversationFields fields, Origin origin) {
        return alone(() ->
                conversations.create(serviceSid, fields, List.of(), origin).conversation());
    }

    public Conversation updateConversation(String conversationSid, ConversationFields change, Origin origin) {
        return in(conversationSid, log -> {
            conversations.update(log, change, origin);
            return log.conversation();
        });
    }

    public void changeState(String conversationSid, State state, Origin origin) {
        alone(() -> conversations.changeState(conversations.log(conversationSid), state, origin));
    }

    /// With all its messages, for good.
    public void removeConversation(String conversationSid, Origin origin) {
        alone(() -> {
            var log = conversations.log(conversationSid);
            conversations.remove(log, origin);
            messages.forget(log);
        });
    }

    public Participant addParticipant(String conversationSid, ParticipantFields fields, Origin origin) {
        return in(conversationSid, log -> conversations.addParticipant(log, fields, origin));
    }

    public Participant updateParticipant(
            String conversationSid, String participantSid, ParticipantFields change, Origin origin) {
        return in(conversationSid, log -> {
            conversations.updateParticipant(log, participantSid, change, origin);
            return log.participant(participantSid);
        });
    }

    public void removeParticipant(String conversationSid, String participantSid, Origin origin) {
        alone(() -> conversations.removeParticipant(conversations.log(conversationSid), participantSid, origin));
    }

    /// All receipts of a message take this status, and Twilio tells of each.
    ///
    /// @param errorCode of a failure, 30003 for instance
    public void deliver(String messageSid, DeliveryStatus status, @Nullable Integer errorCode) {
        alone(() -> messages.deliver(messageSid, status, errorCode));
    }

    /// Programmable Messaging calls back for each recipient of a message. Changes nothing.
    ///
    /// @param status `queued`, `sent`, `delivered`, …
    public void reportStatus(String messageSid, String status, @Nullable Integer errorCode) {
        alone(() -> messages.report(messageSid, status, errorCode));
    }

    /// A studio webhook with [ScopedWebhook.Fields#replayAfter()] starts an execution for the messages that exist.
    public ScopedWebhook attach(String conversationSid, ScopedWebhook.Target target, ScopedWebhook.Fields fields) {
        return in(conversationSid, log -> webhooks.add(log, target, fields));
    }

    public ScopedWebhook updateWebhook(String conversationSid, String webhookSid, ScopedWebhook.Fields change) {
        return in(conversationSid, log -> webhooks.update(log, webhookSid, change));
    }

    public void detach(String conversationSid, String webhookSid) {
        alone(() -> webhooks.remove(conversations.log(conversationSid), webhookSid));
    }

    /// Many conversations that were before anybody listened: no webhook tells of them. Customer and flow in turn, a
    /// second between two messages, a minute between two conversations, the last ones now.
    public void fill(int count, int messagesEach) {
        alone(() -> Filling.fill(core, conversations, messages, settings, count, messagesEach));
    }

    /// In the order of their creation.
    public List<Conversation> conversations() {
        return alone(() ->
                conversations.logs().stream().map(ConversationLog::conversation).toList());
    }

    /// @param sidOrUniqueName either leads there, as in Twilio's paths
    public Conversation conversation(String sidOrUniqueName) {
        return in(sidOrUniqueName, ConversationLog::conversation);
    }

    /// In the order of their indexes.
    public List<Message> messages(String conversationSid) {
        return in(conversationSid, log -> List.copyOf(log.messages().values()));
    }

    public Message message(String messageSid) {
        return alone(() -> messages.logOf(messageSid).message(messageSid));
    }

    public List<Participant> participants(String conversationSid) {
        return in(conversationSid, log -> List.copyOf(log.participants().values()));
    }

    public List<Receipt> receipts(String messageSid) {
        return alone(() -> messages.logOf(messageSid).receipts(messageSid));
    }

    public List<ScopedWebhook> webhooks(String conversationSid) {
        return in(conversationSid, webhooks::of);
    }

    /// Everything that was taken away, in the order of its going.
    public List<Removal> removals() {
        return alone(() -> List.copyOf(conversations.removals()));
    }

    private <T> T in(String conversationSid, Function<ConversationLog, T> action) {
        return alone(() -> action.apply(conversations.log(conversationSid)));
    }

    private <T> T alone(Supplier<T> action) {
        synchronized (core) {
            return action.get();
        }
    }

    private void alone(Runnable action) {
        synchronized (core) {
            action.run();
        }
    }
}

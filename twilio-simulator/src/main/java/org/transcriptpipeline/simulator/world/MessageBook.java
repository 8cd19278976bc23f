package org.transcriptpipeline.simulator.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Messages and what becomes of them. Not thread-safe: the world's monitor guards it.
final class MessageBook {

    static final String SYSTEM = "system";

    private final Core core;
    private final ConversationBook conversations;
    private final Studio studio;
    private final Map<String, ConversationLog> logs = new HashMap<>();

    MessageBook(Core core, ConversationBook conversations, Studio studio) {
        this.core = core;
        this.conversations = conversations;
        this.studio = studio;
    }

    /// The conversation that a message is in.
    ConversationLog logOf(String messageSid) {
        var log = logs.get(messageSid);
        if (log == null) {
            throw TwilioRefusal.notFound(messageSid);
        }
        return log;
    }

    Message add(ConversationLog log, MessageFields fields, Origin origin) {
        log.refuseIfClosed();
        if (log.conversation().state() == State.INACTIVE) {
            // Whether Twilio does so is not documented; a reason EVENT for a change of state suggests it.
            conversations.changeState(log, State.ACTIVE, origin == Origin.CARRIER ? origin : Origin.SDK);
        }
        var author = fields.author() == null ? SYSTEM : fields.author();
        var participant = log.author(author);
        var now = core.now();
        var message = new Message(
                core.sid("IM"),
                log.conversation().sid(),
                log.takeIndex(),
                author,
                participant == null ? null : participant.sid(),
                fields.body() == null ? "" : fields.body(),
                fields.attributes() == null ? ConversationBook.NO_ATTRIBUTES : fields.attributes(),
                fields.media(),
                fields.dateCreated() == null ? now : fields.dateCreated(),
                null,
                origin,
                origin.isAnnounced() && !core.isQuiet() ? Announcement.PENDING : Announcement.NONE);
        log.messages().put(message.sid(), message);
        logs.put(message.sid(), log);
        if (origin != Origin.CARRIER) {
            log.setReceipts(message.sid(), receipts(log, message, author));
        }
        core.emit(new WorldEvent.MessageAdded(log.conversation(), message, origin, now));
        if (message.isAnnounced()) {
            studio.hear(log, message);
        }
        return message;
    }

    Message edit(String messageSid, MessageFields change, Origin origin) {
        var log = logOf(messageSid);
        log.refuseIfClosed();
        var edited = log.message(messageSid).with(change, core.now());
        log.messages().put(messageSid, edited);
        core.emit(new WorldEvent.MessageUpdated(log.conversation(), edited, origin, core.now()));
        return edited;
    }

    void remove(String messageSid, Origin origin) {
        var log = logOf(messageSid);
        log.refuseIfClosed();
        var removed = log.message(messageSid);
        log.messages().remove(messageSid);
        log.setReceipts(messageSid, List.of());
        logs.remove(messageSid);
        conversations.removals().add(new Removal(messageSid, removed.conversationSid(), origin, core.now()));
        core.emit(new WorldEvent.MessageRemoved(log.conversation(), removed, origin, core.now()));
    }

    void forget(ConversationLog log) {
        log.messages().keySet().forEach(logs::remove);
    }

    void deliver(String messageSid, DeliveryStatus status, @Nullable Integer errorCode) {
        var log = logOf(messageSid);
        var changed = log.receipts(messageSid).stream()
                .map(r -> r.with(status, errorCode, core.now()))
                .toList();
        log.setReceipts(messageSid, changed);
        changed.forEach(r -> core.emit(new WorldEvent.DeliveryUpdated(log.conversation(), r, core.now())));
    }

    void report(String messageSid, String status, @Nullable Integer errorCode) {
        var log = logOf(messageSid);
        for (var receipt : log.receipts(messageSid)) {
            var recipient = log.participants().get(receipt.participantSid());
            var binding = recipient == null ? null : recipient.binding(); // left meanwhile
            if (binding != null && binding.address() != null) {
                core.emit(new WorldEvent.MessageStatus(
                        receipt.channelMessageSid(),
                        log.conversation().messagingServiceSid(),
                        ourAddress(log, binding),
                        binding.address(),
                        status,
                        errorCode,
                        core.now()));
            }
        }
    }

    void note(String messageSid, Announcement became) {
        var log = logs.get(messageSid);
        var message = log == null ? null : log.messages().get(messageSid);
        if (log == null || message == null) {
            return; // removed meanwhile
        }
        var before = message.announcement();
        if (before == Announcement.PENDING || before == Announcement.DROPPED && became == Announcement.TOLD) {
            log.messages().put(messageSid, message.with(became));
        }
    }

    private static String ourAddress(ConversationLog log, Binding binding) {
        if (binding.proxyAddress() != null) {
            return binding.proxyAddress();
        }
        for (var participant : log.participants().values()) {
            var other = participant.binding();
            if (other != null && other.projectedAddress() != null) {
                return other.projectedAddress();
            }
        }
        return SYSTEM;
    }

    private List<Receipt> receipts(ConversationLog log, Message message, String author) {
        var recipients = log.recipients(author);
        var prefix = recipients.size() > 1 || !message.media().isEmpty() ? "MM" : "SM";
        var receipts = new ArrayList<Receipt>(recipients.size());
        for (var recipient : recipients) {
            receipts.add(new Receipt(
                    core.sid("DY"),
                    message.conversationSid(),
                    message.sid(),
                    core.sid(prefix),
                    recipient.sid(),
                    null,
                    null,
                    core.now(),
                    null));
        }
        return receipts;
    }
}

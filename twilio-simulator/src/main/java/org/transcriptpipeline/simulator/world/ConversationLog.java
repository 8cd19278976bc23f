package org.transcriptpipeline.simulator.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything of one conversation. Not thread-safe: the world's monitor guards it.
final class ConversationLog {

    private Conversation conversation;
    private final Map<String, Participant> participants = new LinkedHashMap<>(4);
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final Map<String, List<Receipt>> receipts = new HashMap<>();
    private final Map<String, ScopedWebhook> webhooks = new LinkedHashMap<>(2);
    private int nextIndex;

    ConversationLog(Conversation conversation) {
        this.conversation = conversation;
    }

    Conversation conversation() {
        return conversation;
    }

    void become(Conversation changed) {
        conversation = changed;
    }

    Map<String, Participant> participants() {
        return participants;
    }

    /// By SID, in the order of their indexes.
    Map<String, Message> messages() {
        return messages;
    }

    Map<String, ScopedWebhook> webhooks() {
        return webhooks;
    }

    List<Receipt> receipts(String messageSid) {
        return receipts.getOrDefault(messageSid, List.of());
    }

    void setReceipts(String messageSid, List<Receipt> ofMessage) {
        if (ofMessage.isEmpty()) {
            receipts.remove(messageSid);
        } else {
            receipts.put(messageSid, List.copyOf(ofMessage));
        }
    }

    int takeIndex() {
        return nextIndex++;
    }

    void skipIndexes(int count) {
        nextIndex += count;
    }

    Participant participant(String sid) {
        var participant = participants.get(sid);
        if (participant == null) {
            throw TwilioRefusal.notFound(sid);
        }
        return participant;
    }

    Message message(String sid) {
        var message = messages.get(sid);
        if (message == null) {
            throw TwilioRefusal.notFound(sid);
        }
        return message;
    }

    ScopedWebhook webhook(String sid) {
        var webhook = webhooks.get(sid);
        if (webhook == null) {
            throw TwilioRefusal.notFound(sid);
        }
        return webhook;
    }

    @Nullable
    Participant author(String author) {
        return participants.values().stream()
                .filter(p -> p.isAuthor(author))
                .findFirst()
                .orElse(null);
    }

    /// Those that a message of this author is sent to by a channel.
    List<Participant> recipients(String author) {
        var recipients = new ArrayList<Participant>(1);
        for (var participant : participants.values()) {
            if (participant.address() != null && !participant.isAuthor(author)) {
                recipients.add(participant);
            }
        }
        return recipients;
    }

    void refuseIfClosed() {
        if (conversation.isClosed()) {
            throw new TwilioRefusal(400, 50377, "Conversation " + conversation.sid() + " is closed and read-only");
        }
    }
}

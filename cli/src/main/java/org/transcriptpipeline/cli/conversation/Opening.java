package org.transcriptpipeline.cli.conversation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.twilio.NewConversation;
import org.transcriptpipeline.twilio.Order;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.RestConversation;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioException;

/// Opens a conversation with a customer and says the first words. The unique name makes it repeatable: what an
/// earlier run has done, up to the message, is found and not done again.
final class Opening {

    private static final int NAME_TAKEN = 50353;
    private static final int PAIR_TAKEN = 50416;

    private final TwilioClient client;
    private final @Nullable String serviceSid;

    Opening(TwilioClient client, @Nullable String serviceSid) {
        this.client = client;
        this.serviceSid = serviceSid;
    }

    /// @param messagingServiceSid null for the default one
    /// @param flowSid gets the customer's answers; null for none but what is set up already
    record Wish(
            String uniqueName,
            String to,
            String from,
            String body,
            @Nullable String messagingServiceSid,
            @Nullable String flowSid) {
        @Override
        public String toString() {
            return "Wish[]"; // numbers and words
        }
    }

    /// @param isNew false where an earlier run had sent the message
    record Opened(String conversationSid, String messageSid, boolean isNew) {}

    Opened open(Wish wish) {
        var conversation = conversation(wish);
        var sid = conversation.sid();
        if ("closed".equals(conversation.state())) {
            throw new RefusedException(
                    "Conversation " + sid + " has this name and is closed; give another --unique-name.");
        }
        // a participant who comes after the message does not get it
        if (!hasParticipant(sid, wish.to())) {
            addParticipant(sid, wish);
        }
        if (wish.flowSid() != null && !hasFlow(sid, wish.flowSid())) {
            client.attachFlow(serviceSid, sid, wish.flowSid(), 1); // the first message is ours, not for the flow
        }
        var said = messageWith(sid, wish.body());
        return said != null
                ? new Opened(sid, said, false)
                : new Opened(
                        sid,
                        client.addMessage(serviceSid, sid, null, wish.body()).sid(),
                        true);
    }

    private RestConversation conversation(Wish wish) {
        try {
            return client.createConversation(
                    serviceSid, new NewConversation(wish.uniqueName(), null, null, wish.messagingServiceSid()));
        } catch (TwilioException.Refused e) {
            if (!Objects.equals(e.code(), NAME_TAKEN)) {
                throw e;
            }
            return client.conversation(serviceSid, wish.uniqueName()).value();
        }
    }

    private void addParticipant(String sid, Wish wish) {
        try {
            client.addParticipant(serviceSid, sid, wish.to(), wish.from());
        } catch (TwilioException.Refused e) {
            if (!Objects.equals(e.code(), PAIR_TAKEN)) {
                throw e;
            }
            throw new RefusedException("These two numbers have an open conversation already; bin/transcripts reset"
                    + " --address shows it. The new conversation " + sid + " is empty.");
        }
    }

    private boolean hasParticipant(String sid, String address) {
        for (var page : Pages.of(next -> client.participants(serviceSid, sid, next))) {
            for (var participant : page.items()) {
                var binding = participant.messagingBinding();
                if (binding != null && address.equals(binding.address())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean hasFlow(String sid, String flowSid) {
        for (var page : Pages.of(next -> client.conversationWebhooks(serviceSid, sid, next))) {
            if (page.items().stream().anyMatch(webhook -> flowSid.equals(webhook.flowSid()))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable String messageWith(String sid, String body) {
        for (var page : Pages.of(next -> client.messages(serviceSid, sid, Order.ASC, next))) {
            for (var message : page.items()) {
                if (body.equals(message.body())) {
                    return message.sid();
                }
            }
        }
        return null;
    }
}

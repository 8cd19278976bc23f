package org.transcriptpipeline.simulator;

import java.time.Instant;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Load: many conversations of one customer each, message by message, made while they are sent.
///
/// @param run separates the SIDs of one run from those of another
/// @param messages in each conversation, customer and flow in turn
public record Requests(String run, String accountSid, int conversations, int messages, Instant startedAt) {

    private static final String NUMBER = "+12025550199";

    /// Conversation and participant first, then the messages of all conversations in turn, as campaigns have it.
    public Stream<Webhook> stream() {
        return Stream.concat(
                conversationNumbers()
                        .mapToObj(c -> Stream.of(added(c), joined(c)))
                        .flatMap(Function.identity()),
                IntStream.range(0, messages)
                        .boxed()
                        .flatMap(m -> conversationNumbers().mapToObj(c -> message(c, m))));
    }

    public int count() {
        return conversations * (messages + 2);
    }

    public String conversationSid(int conversation) {
        return Sids.of("CH", run, conversation);
    }

    /// The flow of one conversation comes to its end.
    public Webhook flowEnded(int conversation) {
        return webhook(
                Webhook.FLOW_ENDED,
                conversationSid(conversation),
                new Form()
                        .with("conversationSid", conversationSid(conversation))
                        .with("flowSid", Sids.of("FW", run))
                        .with("executionSid", Sids.of("FN", run, conversation))
                        .with("reason", "load"));
    }

    /// A state of a message of the flow, one of odd index, as the conversation tells it.
    ///
    /// @param errorCode null where nothing went wrong
    public Webhook delivery(int conversation, int index, String status, @Nullable Integer errorCode) {
        var receiptSid = Sids.of("DY", run, conversation, index);
        return webhook(
                Webhook.CONVERSATIONS,
                receiptSid,
                event("onDeliveryUpdated", conversation, index + 2)
                        .with("DateUpdated", startedAt.plusSeconds(index + 3L))
                        .with("MessageSid", messageSid(conversation, index))
                        .with("DeliveryReceiptSid", receiptSid)
                        .with("ChannelMessageSid", Sids.of("SM", run, conversation, index))
                        .with("ParticipantSid", participantSid(conversation))
                        .with("Status", status)
                        .with("ErrorCode", errorCode));
    }

    /// A conversation is closed, a minute after its last message.
    public Webhook closed(int conversation) {
        return webhook(
                Webhook.CONVERSATIONS,
                conversationSid(conversation) + " closed",
                new Form()
                        .with("EventType", "onConversationStateUpdated")
                        .with("AccountSid", accountSid)
                        .with("ChatServiceSid", Sids.of("IS", run))
                        .with("StateFrom", "active")
                        .with("StateTo", "closed")
                        .with("StateUpdated", startedAt.plusSeconds(messages + 60L))
                        .with("Reason", "API")
                        .with("RetryCount", 0)
                        .with("ConversationSid", conversationSid(conversation)));
    }

    private IntStream conversationNumbers() {
        return IntStream.range(0, conversations);
    }

    private Webhook added(int conversation) {
        return webhook(
                Webhook.CONVERSATIONS,
                conversationSid(conversation),
                event("onConversationAdded", conversation, 0)
                        .with("State", "active")
                        .with("MessagingBinding.ProxyAddress", NUMBER)
                        .with("MessagingBinding.Address", customer(conversation)));
    }

    private Webhook joined(int conversation) {
        return webhook(
                Webhook.CONVERSATIONS,
                participantSid(conversation),
                event("onParticipantAdded", conversation, 0)
                        .with("ParticipantSid", participantSid(conversation))
                        .with("MessagingBinding.ProxyAddress", NUMBER)
                        .with("MessagingBinding.Address", customer(conversation))
                        .with("MessagingBinding.Type", "SMS")
                        .with("RoleSid", Sids.of("RL", run)));
    }

    private Webhook message(int conversation, int index) {
        boolean isFromCustomer = index % 2 == 0;
        var sid = messageSid(conversation, index);
        return webhook(
                Webhook.CONVERSATIONS,
                sid,
                event("onMessageAdded", conversation, index + 1)
                        .with("MessagingServiceSid", Sids.of("MG", run))
                        .with("Index", index)
                        .with("MessageSid", sid)
                        .with("Author", isFromCustomer ? customer(conversation) : NUMBER)
                        .with("ParticipantSid", isFromCustomer ? participantSid(conversation) : null)
                        .with("Body", "Message " + index + " of conversation " + conversation + ": is it on its way?"));
    }

    private Form event(String eventType, int conversation, int secondsLater) {
        return new Form()
                .with("EventType", eventType)
                .with("AccountSid", accountSid)
                .with("ChatServiceSid", Sids.of("IS", run))
                .with("ConversationSid", conversationSid(conversation))
                .with("Attributes", "{}")
                .with("DateCreated", startedAt.plusSeconds(secondsLater))
                .with("Source", "SMS")
                .with("RetryCount", 0);
    }

    private Webhook webhook(String path, String subject, Form form) {
        return new Webhook(
                path, subject, form.parameters(), Sids.idempotencyToken(path, FormBody.encode(form.parameters())));
    }

    private String messageSid(int conversation, int index) {
        return Sids.of("IM", run, conversation, index);
    }

    private String participantSid(int conversation) {
        return Sids.of("MB", run, conversation);
    }

    /// Numbers of the block that is reserved for fiction; a hundred customers, then the area code counts up.
    private static String customer(int conversation) {
        return "+1%03d55501%02d".formatted(202 + conversation / 100 % 700, conversation % 100);
    }
}

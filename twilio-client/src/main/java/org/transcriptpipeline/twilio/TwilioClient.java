package org.transcriptpipeline.twilio;

import static org.transcriptpipeline.twilio.transport.Verb.DELETE;
import static org.transcriptpipeline.twilio.transport.Verb.GET;
import static org.transcriptpipeline.twilio.transport.Verb.POST;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.transport.Verb;

/// One account at Twilio: Conversations (classic, v1), Studio executions, and plain messages. Thread-safe.
///
/// Every method blocks, has a total time limit and throws [TwilioException]. Reading is repeated up to three times
/// within that limit; what changes something is sent once. `serviceSid` null means the account's default service:
/// what belongs to another service is not found there. A `pageUrl` comes from the page before, see [Pages]; null asks
/// for the first page.
public final class TwilioClient implements AutoCloseable {

    private static final String CONVERSATIONS = "conversations";
    private static final String STUDIO = "studio";
    private static final String MEDIA = "mcs.us1"; // documented in this region alone
    private static final String WEBHOOKS_TOO = "X-Twilio-Webhook-Enabled";

    private final String accountSid;
    private final Caller caller;

    private TwilioClient(String accountSid, Caller caller) {
        this.accountSid = accountSid;
        this.caller = caller;
    }

    public static TwilioClient of(TwilioClientSettings settings) {
        return of(settings, Caller.FIRST_PAUSE);
    }

    /// @param firstPause before reading again, for tests that cannot wait
    static TwilioClient of(TwilioClientSettings settings, Duration firstPause) {
        return new TwilioClient(settings.credentials().accountSid(), new Caller(settings, firstPause));
    }

    public String accountSid() {
        return accountSid;
    }

    /// The account's settings.
    public TwilioSetup setup() {
        return new TwilioSetup(accountSid, caller);
    }

    public Page<RestService> services(@Nullable String pageUrl) {
        var call = new Call(GET, "services.list", CONVERSATIONS, "/v1/Services").query("PageSize", 100);
        return caller.page(call, pageUrl, "services", RestService.class);
    }

    /// By creation; Twilio has no "changed since". It filters by whole days (UTC), so a page may hold conversations
    /// that were created up to a day before or after; with a filter the newest come first.
    public Page<RestConversation> conversations(
            @Nullable String serviceSid,
            @Nullable Instant createdFrom,
            @Nullable Instant createdTo,
            @Nullable String pageUrl) {
        var call = conversations(GET, "conversations.list", serviceSid, "/Conversations")
                .query("StartDate", createdFrom == null ? null : createdFrom.truncatedTo(ChronoUnit.DAYS))
                .query("EndDate", createdTo == null ? null : endOfDay(createdTo))
                .query("PageSize", 100);
        return caller.page(call, pageUrl, "conversations", RestConversation.class);
    }

    /// @param conversationSid `CH…`, or the conversation's unique name
    public Fetched<RestConversation> conversation(@Nullable String serviceSid, String conversationSid) {
        return caller.fetch(
                conversations(GET, "conversations.fetch", serviceSid, "/Conversations/{Sid}", conversationSid),
                RestConversation.class);
    }

    /// By index, 100 a page.
    public Page<RestMessage> messages(
            @Nullable String serviceSid, String conversationSid, Order order, @Nullable String pageUrl) {
        var call = inConversation(GET, "messages.list", serviceSid, conversationSid, "/Messages")
                .query("Order", order == Order.ASC ? "asc" : "desc")
                .query("PageSize", 100);
        return caller.page(call, pageUrl, "messages", RestMessage.class);
    }

    public Fetched<RestMessage> message(@Nullable String serviceSid, String conversationSid, String messageSid) {
        return caller.fetch(
                inConversation(GET, "messages.fetch", serviceSid, conversationSid, "/Messages/{Sid}", messageSid),
                RestMessage.class);
    }

    public Page<RestParticipant> participants(
            @Nullable String serviceSid, String conversationSid, @Nullable String pageUrl) {
        var call = inConversation(GET, "participants.list", serviceSid, conversationSid, "/Participants")
                .query("PageSize", 100);
        return caller.page(call, pageUrl, "participants", RestParticipant.class);
    }

    /// 50 a page, Twilio's limit.
    public Page<RestReceipt> receipts(
            @Nullable String serviceSid, String conversationSid, String messageSid, @Nullable String pageUrl) {
        var call = inConversation(
                        GET,
                        "receipts.list",
                        serviceSid,
                        conversationSid,
                        "/Messages/{MessageSid}/Receipts",
                        messageSid)
                .query("PageSize", 50);
        return caller.page(call, pageUrl, "delivery_receipts", RestReceipt.class);
    }

    /// What Twilio knows of an attachment, and where its bytes are for a short time.
    ///
    /// @param serviceSid the conversation's service; in any other one it is not found
    public Fetched<RestMedia> media(String serviceSid, String mediaSid) {
        var call = new Call(GET, "media.fetch", MEDIA, "/v1/Services/{ServiceSid}/Media/{Sid}", serviceSid, mediaSid);
        return caller.fetch(call, RestMedia.class);
    }

    /// The conversation's own webhooks, flows that are attached to it among them.
    public Page<RestWebhook> conversationWebhooks(
            @Nullable String serviceSid, String conversationSid, @Nullable String pageUrl) {
        var call = inConversation(GET, "conversation-webhooks.list", serviceSid, conversationSid, "/Webhooks")
                .query("PageSize", 5);
        return caller.page(call, pageUrl, "webhooks", RestWebhook.class);
    }

    /// Conversations of the default service in which an address takes part.
    public Page<RestConversationOfAddress> conversationsOfAddress(String address, @Nullable String pageUrl) {
        return conversationsOfAddress(null, address, pageUrl);
    }

    /// Conversations of one service in which an address takes part, 50 a page.
    public Page<RestConversationOfAddress> conversationsOfAddress(
            @Nullable String serviceSid, String address, @Nullable String pageUrl) {
        var call = conversations(GET, "participant-conversations.list", serviceSid, "/ParticipantConversations")
                .query("Address", address)
                .query("PageSize", 50);
        return caller.page(call, pageUrl, "conversations", RestConversationOfAddress.class);
    }

    /// Ended executions of a flow.
    public Page<RestExecution> executions(String flowSid, @Nullable Instant createdFrom, @Nullable String pageUrl) {
        var call = new Call(GET, "executions.list", STUDIO, "/v2/Flows/{FlowSid}/Executions", flowSid)
                .query("status", "ended")
                .query("DateCreatedFrom", createdFrom == null ? null : createdFrom.truncatedTo(ChronoUnit.SECONDS))
                .query("PageSize", 100);
        return caller.page(call, pageUrl, "executions", RestExecution.class);
    }

    /// The conversation whose message started an execution (`context.trigger.conversation.ConversationSid`); null
    /// when the execution names none.
    public @Nullable String conversationOfExecution(String flowSid, String executionSid) {
        var call = new Call(
                GET,
                "execution-context.fetch",
                STUDIO,
                "/v2/Flows/{FlowSid}/Executions/{ExecutionSid}/Context",
                flowSid,
                executionSid);
        return caller.fetch(call, ExecutionContext.class).value().conversationSid();
    }

    /// Sends every message of the conversation to a flow, those from an index on (inclusive) that are there already
    /// as well. Called twice it attaches twice: list [#conversationWebhooks] first.
    public RestWebhook attachFlow(
            @Nullable String serviceSid, String conversationSid, String flowSid, long replayAfter) {
        var call = inConversation(POST, "conversation-webhooks.create", serviceSid, conversationSid, "/Webhooks")
                .form("Target", "studio")
                .form("Configuration.FlowSid", flowSid)
                .form("Configuration.ReplayAfter", replayAfter);
        return caller.fetch(call, RestWebhook.class).value();
    }

    /// Detaches a flow, or whatever else the webhook calls; a run of the flow that is under way goes on.
    public void deleteConversationWebhook(@Nullable String serviceSid, String conversationSid, String webhookSid) {
        caller.delete(inConversation(
                DELETE, "conversation-webhooks.delete", serviceSid, conversationSid, "/Webhooks/{Sid}", webhookSid));
    }

    /// Twilio's webhooks hear of it, as they do of the other changes here.
    public RestConversation createConversation(@Nullable String serviceSid, NewConversation conversation) {
        var call = conversations(POST, "conversations.create", serviceSid, "/Conversations")
                .header(WEBHOOKS_TOO, "true")
                .form("UniqueName", conversation.uniqueName())
                .form("FriendlyName", conversation.friendlyName())
                .form("Attributes", conversation.attributes())
                .form("MessagingServiceSid", conversation.messagingServiceSid());
        return caller.fetch(call, RestConversation.class).value();
    }

    /// Final: its messages are gone at Twilio.
    public void deleteConversation(@Nullable String serviceSid, String conversationSid) {
        caller.delete(conversations(DELETE, "conversations.delete", serviceSid, "/Conversations/{Sid}", conversationSid)
                .header(WEBHOOKS_TOO, "true"));
    }

    /// @param address the customer's
    /// @param proxyAddress ours; refused with code 50416 while the pair is in another open conversation
    public RestParticipant addParticipant(
            @Nullable String serviceSid, String conversationSid, String address, String proxyAddress) {
        var call = inConversation(POST, "participants.create", serviceSid, conversationSid, "/Participants")
                .header(WEBHOOKS_TOO, "true")
                .form("MessagingBinding.Address", address)
                .form("MessagingBinding.ProxyAddress", proxyAddress);
        return caller.fetch(call, RestParticipant.class).value();
    }

    /// Goes out to the participants that are there by then.
    ///
    /// @param author null for Twilio's `system`
    public RestMessage addMessage(
            @Nullable String serviceSid, String conversationSid, @Nullable String author, String body) {
        var call = inConversation(POST, "messages.create", serviceSid, conversationSid, "/Messages")
                .header(WEBHOOKS_TOO, "true")
                .form("Author", author)
                .form("Body", body);
        return caller.fetch(call, RestMessage.class).value();
    }

    /// Sends a message outside of any conversation; it starts none.
    public RestSms sendSms(NewSms sms) {
        var call = new Call(POST, "sms.create", "api", "/2010-04-01/Accounts/{AccountSid}/Messages.json", accountSid)
                .form("To", sms.to())
                .form(sms.from().startsWith("MG") ? "MessagingServiceSid" : "From", sms.from())
                .form("Body", sms.body())
                .form("StatusCallback", sms.statusCallback());
        return caller.fetch(call, RestSms.class).value();
    }

    /// Gives up its connections; requests that are under way fail.
    @Override
    public void close() {
        caller.close();
    }

    private static Call conversations(
            Verb verb, String name, @Nullable String serviceSid, String pattern, String... segments) {
        return serviceSid == null
                ? new Call(verb, name, CONVERSATIONS, "/v1" + pattern, segments)
                : new Call(
                        verb,
                        name,
                        CONVERSATIONS,
                        "/v1/Services/{ChatServiceSid}" + pattern,
                        Call.segments(serviceSid, segments));
    }

    private static Call inConversation(
            Verb verb,
            String name,
            @Nullable String serviceSid,
            String conversationSid,
            String pattern,
            String... segments) {
        return conversations(
                verb,
                name,
                serviceSid,
                "/Conversations/{ConversationSid}" + pattern,
                Call.segments(conversationSid, segments));
    }

    private static Instant endOfDay(Instant time) {
        return time.atOffset(ZoneOffset.UTC).with(LocalTime.of(23, 59, 59)).toInstant();
    }
}

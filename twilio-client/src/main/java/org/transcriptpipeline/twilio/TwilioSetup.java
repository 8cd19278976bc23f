package org.transcriptpipeline.twilio;

import static org.transcriptpipeline.twilio.transport.Verb.GET;
import static org.transcriptpipeline.twilio.transport.Verb.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.setup.AddressConfiguration;
import org.transcriptpipeline.twilio.setup.AddressConfiguration.AutoCreation;
import org.transcriptpipeline.twilio.setup.Alert;
import org.transcriptpipeline.twilio.setup.ConversationsConfiguration;
import org.transcriptpipeline.twilio.setup.ConversationsWebhooks;
import org.transcriptpipeline.twilio.setup.Flow;
import org.transcriptpipeline.twilio.setup.IncomingPhoneNumber;
import org.transcriptpipeline.twilio.setup.MessagingService;
import org.transcriptpipeline.twilio.setup.MessagingServiceNumber;
import org.transcriptpipeline.twilio.transport.Verb;

/// The settings of an account at Twilio: webhooks, addresses, messaging services, numbers, flows. Limits and
/// errors are those of [TwilioClient]. Nothing is created twice by itself, and nothing is compared: list first.
public final class TwilioSetup {

    private static final String CONVERSATIONS = "conversations";
    private static final String MESSAGING = "messaging";
    private static final String STUDIO = "studio";

    private final String accountSid;
    private final Caller caller;

    TwilioSetup(String accountSid, Caller caller) {
        this.accountSid = accountSid;
        this.caller = caller;
    }

    /// Where Twilio sends events by itself.
    public EventStreams eventStreams() {
        return new EventStreams(caller);
    }

    public ConversationsConfiguration configuration() {
        return fetch(
                new Call(GET, "configuration.fetch", CONVERSATIONS, "/v1/Configuration"),
                ConversationsConfiguration.class);
    }

    public ConversationsConfiguration updateConfiguration(ConversationsConfiguration change) {
        var call = new Call(POST, "configuration.update", CONVERSATIONS, "/v1/Configuration")
                .form("DefaultChatServiceSid", change.defaultChatServiceSid())
                .form("DefaultMessagingServiceSid", change.defaultMessagingServiceSid())
                .form("DefaultInactiveTimer", change.defaultInactiveTimer())
                .form("DefaultClosedTimer", change.defaultClosedTimer());
        return fetch(call, ConversationsConfiguration.class);
    }

    public RestService createService(String friendlyName) {
        var call = new Call(POST, "services.create", CONVERSATIONS, "/v1/Services").form("FriendlyName", friendlyName);
        return fetch(call, RestService.class);
    }

    /// Of the whole account.
    public ConversationsWebhooks webhooks() {
        return fetch(
                new Call(GET, "configuration-webhooks.fetch", CONVERSATIONS, "/v1/Configuration/Webhooks"),
                ConversationsWebhooks.class);
    }

    public ConversationsWebhooks updateWebhooks(ConversationsWebhooks change) {
        var call = new Call(POST, "configuration-webhooks.update", CONVERSATIONS, "/v1/Configuration/Webhooks");
        return fetch(changed(call, change).form("Target", change.target()), ConversationsWebhooks.class);
    }

    /// Of one service.
    public ConversationsWebhooks serviceWebhooks(String serviceSid) {
        return fetch(serviceWebhooks(GET, "service-webhooks.fetch", serviceSid), ConversationsWebhooks.class);
    }

    /// A service has no target; one in the change is left out.
    public ConversationsWebhooks updateServiceWebhooks(String serviceSid, ConversationsWebhooks change) {
        return fetch(
                changed(serviceWebhooks(POST, "service-webhooks.update", serviceSid), change),
                ConversationsWebhooks.class);
    }

    public Page<AddressConfiguration> addresses(@Nullable String pageUrl) {
        var call = new Call(GET, "addresses.list", CONVERSATIONS, "/v1/Configuration/Addresses").query("PageSize", 50);
        return caller.page(call, pageUrl, "address_configurations", AddressConfiguration.class);
    }

    /// @param type `sms`, `whatsapp`, …
    public AddressConfiguration createAddress(
            String type, String address, @Nullable String friendlyName, AutoCreation autoCreation) {
        var call = new Call(POST, "addresses.create", CONVERSATIONS, "/v1/Configuration/Addresses")
                .form("Type", type)
                .form("Address", address)
                .form("FriendlyName", friendlyName);
        return fetch(changed(call, autoCreation), AddressConfiguration.class);
    }

    /// @param sid `IG…`
    public AddressConfiguration updateAddress(String sid, @Nullable String friendlyName, AutoCreation autoCreation) {
        var call = new Call(POST, "addresses.update", CONVERSATIONS, "/v1/Configuration/Addresses/{Sid}", sid)
                .form("FriendlyName", friendlyName);
        return fetch(changed(call, autoCreation), AddressConfiguration.class);
    }

    public Page<MessagingService> messagingServices(@Nullable String pageUrl) {
        var call = new Call(GET, "messaging-services.list", MESSAGING, "/v1/Services").query("PageSize", 50);
        return caller.page(call, pageUrl, "services", MessagingService.class);
    }

    public MessagingService messagingService(String sid) {
        return fetch(
                new Call(GET, "messaging-services.fetch", MESSAGING, "/v1/Services/{Sid}", sid),
                MessagingService.class);
    }

    public MessagingService createMessagingService(MessagingService.Settings settings) {
        return fetch(
                changed(new Call(POST, "messaging-services.create", MESSAGING, "/v1/Services"), settings),
                MessagingService.class);
    }

    public MessagingService updateMessagingService(String sid, MessagingService.Settings change) {
        return fetch(
                changed(new Call(POST, "messaging-services.update", MESSAGING, "/v1/Services/{Sid}", sid), change),
                MessagingService.class);
    }

    public Page<MessagingServiceNumber> messagingServiceNumbers(String serviceSid, @Nullable String pageUrl) {
        var call = new Call(
                        GET,
                        "messaging-service-numbers.list",
                        MESSAGING,
                        "/v1/Services/{ServiceSid}/PhoneNumbers",
                        serviceSid)
                .query("PageSize", 50);
        return caller.page(call, pageUrl, "phone_numbers", MessagingServiceNumber.class);
    }

    /// @param phoneNumberSid `PN…`
    public MessagingServiceNumber addMessagingServiceNumber(String serviceSid, String phoneNumberSid) {
        var call = new Call(
                        POST,
                        "messaging-service-numbers.create",
                        MESSAGING,
                        "/v1/Services/{ServiceSid}/PhoneNumbers",
                        serviceSid)
                .form("PhoneNumberSid", phoneNumberSid);
        return fetch(call, MessagingServiceNumber.class);
    }

    /// @param phoneNumber E.164; null for all numbers of the account
    public Page<IncomingPhoneNumber> phoneNumbers(@Nullable String phoneNumber, @Nullable String pageUrl) {
        var call = new Call(
                        GET,
                        "incoming-phone-numbers.list",
                        "api",
                        "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json",
                        accountSid)
                .query("PhoneNumber", phoneNumber)
                .query("PageSize", 50);
        return caller.page(call, pageUrl, "incoming_phone_numbers", IncomingPhoneNumber.class);
    }

    public Page<Flow> flows(@Nullable String pageUrl) {
        var call = new Call(GET, "flows.list", STUDIO, "/v2/Flows").query("PageSize", 50);
        return caller.page(call, pageUrl, "flows", Flow.class);
    }

    public Flow flow(String sid) {
        return fetch(new Call(GET, "flows.fetch", STUDIO, "/v2/Flows/{Sid}", sid), Flow.class);
    }

    public Flow createFlow(Flow.Draft draft) {
        return fetch(changed(new Call(POST, "flows.create", STUDIO, "/v2/Flows"), draft), Flow.class);
    }

    /// A new revision.
    public Flow updateFlow(String sid, Flow.Draft draft) {
        return fetch(changed(new Call(POST, "flows.update", STUDIO, "/v2/Flows/{Sid}", sid), draft), Flow.class);
    }

    /// Whether Twilio would take the flow. It may also refuse to validate one that it finds wrong.
    public boolean isValid(Flow.Draft draft) {
        return fetch(changed(new Call(POST, "flows.validate", STUDIO, "/v2/Flows/Validate"), draft), Validated.class)
                .valid();
    }

    /// What went wrong lately, the failed webhooks after an outage for instance.
    public Page<Alert> alerts(@Nullable Instant from, @Nullable Instant to, @Nullable String pageUrl) {
        var call = new Call(GET, "alerts.list", "monitor", "/v1/Alerts")
                .query("StartDate", from == null ? null : from.truncatedTo(ChronoUnit.SECONDS))
                .query("EndDate", to == null ? null : to.truncatedTo(ChronoUnit.SECONDS))
                .query("PageSize", 50);
        return caller.page(call, pageUrl, "alerts", Alert.class);
    }

    private <T> T fetch(Call call, Class<T> type) {
        return caller.fetch(call, type).value();
    }

    private static Call serviceWebhooks(Verb verb, String name, String serviceSid) {
        return new Call(verb, name, CONVERSATIONS, "/v1/Services/{ChatServiceSid}/Configuration/Webhooks", serviceSid);
    }

    private static Call changed(Call call, ConversationsWebhooks change) {
        return call.form("Method", change.method())
                .formEach("Filters", change.filters())
                .form("PreWebhookUrl", change.preWebhookUrl())
                .form("PostWebhookUrl", change.postWebhookUrl());
    }

    private static Call changed(Call call, AutoCreation change) {
        return call.form("AutoCreation.Enabled", change.enabled())
                .form("AutoCreation.Type", change.type())
                .form("AutoCreation.ConversationServiceSid", change.conversationServiceSid())
                .form("AutoCreation.WebhookUrl", change.webhookUrl())
                .form("AutoCreation.WebhookMethod", change.webhookMethod())
                .formEach("AutoCreation.WebhookFilters", change.webhookFilters())
                .form("AutoCreation.StudioFlowSid", change.studioFlowSid())
                .form("AutoCreation.StudioRetryCount", change.studioRetryCount());
    }

    private static Call changed(Call call, MessagingService.Settings change) {
        return call.form("FriendlyName", change.friendlyName())
                .form("StatusCallback", change.statusCallback())
                .form("UseInboundWebhookOnNumber", change.useInboundWebhookOnNumber());
    }

    private static Call changed(Call call, Flow.Draft draft) {
        return call.form("FriendlyName", draft.friendlyName())
                .form("Status", draft.status())
                .form("Definition", draft.definition())
                .form("CommitMessage", draft.commitMessage());
    }

    private record Validated(
            @JsonProperty(value = "valid", required = true) boolean valid) {}
}

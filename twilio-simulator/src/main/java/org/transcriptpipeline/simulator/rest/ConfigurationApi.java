package org.transcriptpipeline.simulator.rest;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.AddressConfiguration;
import org.transcriptpipeline.simulator.world.AddressConfiguration.AutoCreation;
import org.transcriptpipeline.simulator.world.ConversationService;
import org.transcriptpipeline.simulator.world.Settings;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Services, the account's configuration, its webhooks and addresses.
final class ConfigurationApi {

    private static final String HOST = ConversationsApi.HOST;
    private static final String ROOT = "https://" + HOST + "/v1";
    private static final String ACCOUNT = "account";

    private final TwilioWorld world;
    private final Settings settings;
    private final Documents webhooks = new Documents();
    private final Documents serviceConfigurations = new Documents();

    ConfigurationApi(TwilioWorld world, Router router) {
        this.world = world;
        this.settings = world.settings();
        router.get(HOST, "/v1/Configuration", _ -> Reply.ok(configuration()))
                .post(HOST, "/v1/Configuration", this::updateConfiguration)
                .get(HOST, "/v1/Configuration/Webhooks", _ -> Reply.ok(webhooks.get(ACCOUNT, this::accountWebhooks)))
                .post(HOST, "/v1/Configuration/Webhooks", this::updateAccountWebhooks)
                .get(HOST, "/v1/Configuration/Addresses", this::addresses)
                .post(HOST, "/v1/Configuration/Addresses", this::createAddress)
                .get(HOST, "/v1/Configuration/Addresses/{address}", call -> Reply.ok(json(address(call))))
                .post(HOST, "/v1/Configuration/Addresses/{address}", this::updateAddress)
                .delete(HOST, "/v1/Configuration/Addresses/{address}", this::removeAddress)
                .get(HOST, "/v1/Services", this::services)
                .post(HOST, "/v1/Services", this::createService)
                .get(HOST, "/v1/Services/{service}", call -> Reply.ok(json(service(call))))
                .delete(HOST, "/v1/Services/{service}", this::removeService)
                .get(HOST, "/v1/Services/{service}/Configuration", call -> Reply.ok(serviceConfiguration(call)))
                .post(HOST, "/v1/Services/{service}/Configuration", this::updateServiceConfiguration)
                .get(HOST, "/v1/Services/{service}/Configuration/Webhooks", call -> Reply.ok(serviceWebhooks(call)))
                .post(HOST, "/v1/Services/{service}/Configuration/Webhooks", this::updateServiceWebhooks);
    }

    private ObjectNode configuration() {
        var inactive = settings.defaultInactiveTimer();
        var closed = settings.defaultClosedTimer();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("account_sid", world.accountSid())
                .put("default_chat_service_sid", settings.defaultServiceSid())
                .put("default_messaging_service_sid", settings.defaultMessagingServiceSid())
                .put("default_inactive_timer", inactive == null ? null : inactive.toString())
                .put("default_closed_timer", closed == null ? null : closed.toString())
                .put("url", ROOT + "/Configuration");
        body.putObject("links")
                .put("service", ROOT + "/Services/" + settings.defaultServiceSid() + "/Configuration")
                .put("webhooks", ROOT + "/Configuration/Webhooks");
        return body;
    }

    private Reply updateConfiguration(Call call) {
        settings.change(
                call.form("DefaultChatServiceSid"),
                call.form("DefaultMessagingServiceSid"),
                Dates.duration(call.form("DefaultInactiveTimer"), "DefaultInactiveTimer"),
                Dates.duration(call.form("DefaultClosedTimer"), "DefaultClosedTimer"));
        return Reply.ok(configuration());
    }

    private ObjectNode accountWebhooks() {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("account_sid", world.accountSid())
                .putNull("pre_webhook_url")
                .putNull("post_webhook_url")
                .put("method", "POST")
                .put("target", "webhook")
                .put("url", ROOT + "/Configuration/Webhooks");
        body.putArray("filters");
        return body;
    }

    private Reply updateAccountWebhooks(Call call) {
        var changed = Documents.changed(webhooks.get(ACCOUNT, this::accountWebhooks), call);
        return Reply.ok(webhooks.put(ACCOUNT, changed));
    }

    private ObjectNode serviceWebhooks(Call call) {
        var sid = service(call).sid();
        return webhooks.get(sid, () -> {
            var body = JsonNodeFactory.instance
                    .objectNode()
                    .put("account_sid", world.accountSid())
                    .put("chat_service_sid", sid)
                    .putNull("pre_webhook_url")
                    .putNull("post_webhook_url")
                    .put("method", "POST")
                    .put("url", ROOT + "/Services/" + sid + "/Configuration/Webhooks");
            body.putArray("filters");
            return body;
        });
    }

    private Reply updateServiceWebhooks(Call call) {
        return Reply.ok(webhooks.put(service(call).sid(), Documents.changed(serviceWebhooks(call), call)));
    }

    private ObjectNode serviceConfiguration(Call call) {
        var sid = service(call).sid();
        return serviceConfigurations.get(sid, () -> {
            var url = ROOT + "/Services/" + sid + "/Configuration";
            var body = JsonNodeFactory.instance
                    .objectNode()
                    .put("chat_service_sid", sid)
                    .put("default_conversation_creator_role_sid", serviceConfigurations.sid("RL", sid))
                    .put("default_conversation_role_sid", serviceConfigurations.sid("RL", sid))
                    .put("default_chat_service_role_sid", serviceConfigurations.sid("RL", sid))
                    .put("reachability_enabled", false)
                    .put("url", url);
            body.putObject("links").put("notifications", url + "/Notifications").put("webhooks", url + "/Webhooks");
            return body;
        });
    }

    private Reply updateServiceConfiguration(Call call) {
        var changed = Documents.changed(serviceConfiguration(call), call);
        return Reply.ok(serviceConfigurations.put(service(call).sid(), changed));
    }

    private Reply services(Call call) {
        var all = settings.services();
        return Paging.<ConversationService>counted("services", 50, 100, ConfigurationApi.this::json)
                .page(call, all);
    }

    private Reply createService(Call call) {
        return Reply.created(json(settings.createService(call.required("FriendlyName"))));
    }

    private Reply removeService(Call call) {
        settings.removeService(service(call).sid());
        return Reply.REMOVED;
    }

    private ConversationService service(Call call) {
        return settings.service(call.variable("service"));
    }

    private ObjectNode json(ConversationService service) {
        var url = ROOT + "/Services/" + service.sid();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", service.sid())
                .put("account_sid", world.accountSid())
                .put("friendly_name", service.friendlyName())
                .put("date_created", Dates.iso(service.dateCreated()))
                .put("date_updated", Dates.iso(service.dateCreated()))
                .put("url", url);
        body.putObject("links")
                .put("conversations", url + "/Conversations")
                .put("users", url + "/Users")
                .put("roles", url + "/Roles")
                .put("bindings", url + "/Bindings")
                .put("configuration", url + "/Configuration")
                .put("participant_conversations", url + "/ParticipantConversations")
                .put("conversation_with_participants", url + "/ConversationWithParticipants");
        return body;
    }

    private Reply addresses(Call call) {
        var type = call.query("Type");
        var all = settings.addresses().stream()
                .filter(a -> type == null || a.type().equals(type))
                .toList();
        return Paging.<AddressConfiguration>counted("address_configurations", 50, 50, ConfigurationApi.this::json)
                .page(call, all);
    }

    private Reply createAddress(Call call) {
        var made = settings.createAddress(
                call.required("Type"), call.required("Address"), call.form("FriendlyName"), autoCreation(call, null));
        return Reply.created(json(made));
    }

    private Reply updateAddress(Call call) {
        var old = address(call);
        var changed =
                settings.updateAddress(old.sid(), call.form("FriendlyName"), autoCreation(call, old.autoCreation()));
        return Reply.ok(json(changed));
    }

    private Reply removeAddress(Call call) {
        settings.removeAddress(call.variable("address"));
        return Reply.REMOVED;
    }

    private AddressConfiguration address(Call call) {
        return settings.address(call.variable("address"));
    }

    private static AutoCreation autoCreation(Call call, @Nullable AutoCreation old) {
        var enabled = call.form("AutoCreation.Enabled");
        var type = call.form("AutoCreation.Type");
        var service = call.form("AutoCreation.ConversationServiceSid");
        var url = call.form("AutoCreation.WebhookUrl");
        var method = call.form("AutoCreation.WebhookMethod");
        var filters = call.all("AutoCreation.WebhookFilters");
        var flow = call.form("AutoCreation.StudioFlowSid");
        var retries = call.number("AutoCreation.StudioRetryCount");
        if (old == null) {
            return new AutoCreation(
                    Boolean.parseBoolean(enabled),
                    type == null ? "default" : type,
                    service,
                    url,
                    method,
                    filters,
                    flow,
                    retries);
        }
        return new AutoCreation(
                enabled == null ? old.isEnabled() : Boolean.parseBoolean(enabled),
                type == null ? old.type() : type,
                service == null ? old.serviceSid() : service,
                url == null ? old.webhookUrl() : url,
                method == null ? old.webhookMethod() : method,
                filters.isEmpty() ? old.webhookFilters() : filters,
                flow == null ? old.studioFlowSid() : flow,
                retries == null ? old.studioRetryCount() : retries);
    }

    private ObjectNode json(AddressConfiguration address) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", address.sid())
                .put("account_sid", world.accountSid())
                .put("type", address.type())
                .put("address", address.address())
                .put("friendly_name", address.friendlyName())
                .putNull("address_country")
                .put("date_created", Dates.iso(address.dateCreated()))
                .put("date_updated", Dates.iso(address.dateUpdated()))
                .put("url", ROOT + "/Configuration/Addresses/" + address.sid());
        var creation = address.autoCreation();
        var auto = body.putObject("auto_creation")
                .put("enabled", creation.isEnabled())
                .put("type", creation.type())
                .put("conversation_service_sid", creation.serviceSid());
        switch (creation.type()) {
            case "webhook" -> {
                auto.put("webhook_url", creation.webhookUrl()).put("webhook_method", creation.webhookMethod());
                creation.webhookFilters().forEach(auto.putArray("webhook_filters")::add);
            }
            case "studio" ->
                auto.put("studio_flow_sid", creation.studioFlowSid())
                        .put("studio_retry_count", creation.studioRetryCount());
            default -> {
                // `default` has nothing of its own
            }
        }
        return body;
    }
}

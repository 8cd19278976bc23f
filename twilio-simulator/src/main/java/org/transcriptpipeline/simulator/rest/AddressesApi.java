package org.transcriptpipeline.simulator.rest;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.AddressConfiguration;
import org.transcriptpipeline.simulator.world.AddressConfiguration.AutoCreation;
import org.transcriptpipeline.simulator.world.Settings;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What becomes of a first text to each of our numbers.
final class AddressesApi {

    private static final String HOST = ConversationsApi.HOST;
    private static final String ROOT = "https://" + HOST + "/v1";

    private final TwilioWorld world;
    private final Settings settings;

    AddressesApi(TwilioWorld world, Router router) {
        this.world = world;
        this.settings = world.settings();
        router.get(HOST, "/v1/Configuration/Addresses", this::addresses)
                .post(HOST, "/v1/Configuration/Addresses", this::createAddress)
                .get(HOST, "/v1/Configuration/Addresses/{address}", call -> Reply.ok(json(address(call))))
                .post(HOST, "/v1/Configuration/Addresses/{address}", this::updateAddress)
                .delete(HOST, "/v1/Configuration/Addresses/{address}", this::removeAddress);
    }

    private Reply addresses(Call call) {
        var type = call.query("Type");
        var all = settings.addresses().stream()
                .filter(a -> type == null || a.type().equals(type))
                .toList();
        return Paging.<AddressConfiguration>counted("address_configurations", 50, 50, this::json)
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

package org.transcriptpipeline.twilio;

import static org.transcriptpipeline.twilio.transport.Verb.GET;
import static org.transcriptpipeline.twilio.transport.Verb.POST;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.json.TwilioJson;
import org.transcriptpipeline.twilio.setup.EventSink;
import org.transcriptpipeline.twilio.setup.EventSubscription;
import org.transcriptpipeline.twilio.setup.SubscribedEvent;
import org.transcriptpipeline.twilio.transport.Verb;

/// An account's Event Streams: sinks, subscriptions, and the types of events that they have. Limits and errors are
/// those of [TwilioClient].
public final class EventStreams {

    private static final String EVENTS = "events";

    private final Caller caller;
    private final TwilioJson json = new TwilioJson();

    EventStreams(Caller caller) {
        this.caller = caller;
    }

    public Page<EventSink> sinks(@Nullable String pageUrl) {
        var call = new Call(GET, "event-sinks.list", EVENTS, "/v1/Sinks").query("PageSize", 50);
        return caller.page(call, pageUrl, "sinks", EventSink.class);
    }

    public EventSink sink(String sid) {
        return fetch(new Call(GET, "event-sinks.fetch", EVENTS, "/v1/Sinks/{Sid}", sid), EventSink.class);
    }

    /// @param destination an https URL; events come several to a request
    public EventSink createWebhookSink(String description, String destination) {
        var call = new Call(POST, "event-sinks.create", EVENTS, "/v1/Sinks")
                .form("Description", description)
                .form("SinkType", "webhook")
                .form("SinkConfiguration", json.write(new EventSink.Webhook(destination, "POST", true)));
        return fetch(call, EventSink.class);
    }

    /// @param sinkSid null for the subscriptions of all sinks
    public Page<EventSubscription> subscriptions(@Nullable String sinkSid, @Nullable String pageUrl) {
        var call = new Call(GET, "event-subscriptions.list", EVENTS, "/v1/Subscriptions")
                .query("SinkSid", sinkSid)
                .query("PageSize", 50);
        return caller.page(call, pageUrl, "subscriptions", EventSubscription.class);
    }

    /// @param sinkSid of an active sink
    public EventSubscription createSubscription(String description, String sinkSid, List<SubscribedEvent> types) {
        var call = new Call(POST, "event-subscriptions.create", EVENTS, "/v1/Subscriptions")
                .form("Description", description)
                .form("SinkSid", sinkSid)
                .formEach("Types", types.stream().map(json::write).toList());
        return fetch(call, EventSubscription.class);
    }

    public Page<SubscribedEvent> subscribedEvents(String subscriptionSid, @Nullable String pageUrl) {
        var call =
                subscribedEvents(GET, "subscribed-events.list", subscriptionSid).query("PageSize", 50);
        return caller.page(call, pageUrl, "types", SubscribedEvent.class);
    }

    public SubscribedEvent addSubscribedEvent(String subscriptionSid, SubscribedEvent event) {
        var call = subscribedEvents(POST, "subscribed-events.create", subscriptionSid)
                .form("Type", event.type())
                .form("SchemaVersion", event.schemaVersion());
        return fetch(call, SubscribedEvent.class);
    }

    private <T> T fetch(Call call, Class<T> type) {
        return caller.fetch(call, type).value();
    }

    private static Call subscribedEvents(Verb verb, String name, String subscriptionSid) {
        return new Call(verb, name, EVENTS, "/v1/Subscriptions/{SubscriptionSid}/SubscribedEvents", subscriptionSid);
    }
}

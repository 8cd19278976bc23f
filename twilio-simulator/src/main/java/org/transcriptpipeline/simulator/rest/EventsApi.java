package org.transcriptpipeline.simulator.rest;

import java.time.Clock;
import java.util.List;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Event Streams: sinks, subscriptions, and the types that these have. They are kept; what is sent decides
/// [org.transcriptpipeline.simulator.EventStream].
final class EventsApi {

    private static final String HOST = "events.twilio.com";
    private static final String ROOT = "https://" + HOST + "/v1/";
    private static final int DEFAULT_SIZE = 50;
    private static final int MOST_SIZE = 1000;

    private final TwilioWorld world;
    private final Clock clock;
    private final Documents sinks = new Documents();
    private final Documents subscriptions = new Documents();
    private final Documents types = new Documents();

    EventsApi(TwilioWorld world, Clock clock, Router router) {
        this.world = world;
        this.clock = clock;
        var subscribed = "/v1/Subscriptions/{subscription}/SubscribedEvents";
        router.get(HOST, "/v1/Sinks", this::sinks)
                .post(HOST, "/v1/Sinks", this::createSink)
                .get(HOST, "/v1/Sinks/{sink}", call -> Reply.ok(sinks.get(call.variable("sink"))))
                .post(HOST, "/v1/Sinks/{sink}", this::updateSink)
                .delete(HOST, "/v1/Sinks/{sink}", call -> removed(sinks, call.variable("sink")))
                .post(HOST, "/v1/Sinks/{sink}/Test", this::testSink)
                .post(HOST, "/v1/Sinks/{sink}/Validate", this::validateSink)
                .get(HOST, "/v1/Subscriptions", this::subscriptions)
                .post(HOST, "/v1/Subscriptions", this::subscribe)
                .get(HOST, "/v1/Subscriptions/{subscription}", call -> Reply.ok(subscription(call)))
                .post(HOST, "/v1/Subscriptions/{subscription}", this::updateSubscription)
                .delete(HOST, "/v1/Subscriptions/{subscription}", this::unsubscribe)
                .get(HOST, subscribed, this::types)
                .post(HOST, subscribed, this::addType)
                .get(HOST, subscribed + "/{type}", call -> Reply.ok(types.get(typeKey(call))))
                .post(HOST, subscribed + "/{type}", this::updateType)
                .delete(HOST, subscribed + "/{type}", call -> removed(types, typeKey(call)));
    }

    private Reply sinks(Call call) {
        var status = call.query("Status");
        var inUse = call.query("InUse");
        var rows = sinks.all().stream()
                .filter(s -> status == null || s.path("status").asString().equals(status))
                .filter(s -> inUse == null
                        || Boolean.parseBoolean(inUse) == isInUse(s.path("sid").asString()))
                .toList();
        return Paging.<ObjectNode>counted("sinks", DEFAULT_SIZE, MOST_SIZE, s -> s)
                .page(call, rows);
    }

    private boolean isInUse(String sinkSid) {
        return subscriptions.all().stream()
                .anyMatch(s -> s.path("sink_sid").asString().equals(sinkSid));
    }

    /// Active at once: at Twilio somebody validates it first, by the id of a test event.
    private Reply createSink(Call call) {
        var sid = sinks.sid("DG", world.accountSid());
        var now = Dates.iso(clock.instant());
        var sink = JsonNodeFactory.instance
                .objectNode()
                .put("sid", sid)
                .put("description", call.required("Description"))
                .put("sink_type", call.required("SinkType"))
                .put("status", "active")
                .put("date_created", now)
                .put("date_updated", now)
                .put("url", ROOT + "Sinks/" + sid);
        sink.set("sink_configuration", json(call.required("SinkConfiguration"), "SinkConfiguration"));
        sink.putObject("links")
                .put("sink_test", ROOT + "Sinks/" + sid + "/Test")
                .put("sink_validate", ROOT + "Sinks/" + sid + "/Validate");
        return Reply.created(sinks.put(sid, sink));
    }

    private Reply updateSink(Call call) {
        var sink = sinks.get(call.variable("sink")).put("description", call.required("Description"));
        return Reply.ok(sinks.put(call.variable("sink"), sink));
    }

    private Reply testSink(Call call) {
        sinks.get(call.variable("sink"));
        return Reply.created(JsonNodeFactory.instance.objectNode().put("result", "submitted"));
    }

    private Reply validateSink(Call call) {
        sinks.get(call.variable("sink"));
        call.required("TestId");
        return Reply.created(JsonNodeFactory.instance.objectNode().put("result", "valid"));
    }

    private Reply subscriptions(Call call) {
        var sink = call.query("SinkSid");
        var rows = subscriptions.all().stream()
                .filter(s -> sink == null || s.path("sink_sid").asString().equals(sink))
                .toList();
        return Paging.<ObjectNode>counted("subscriptions", DEFAULT_SIZE, MOST_SIZE, s -> s)
                .page(call, rows);
    }

    private Reply subscribe(Call call) {
        var sink = sinks.get(call.required("SinkSid"));
        call.required("Types");
        var wanted = call.all("Types").stream().map(t -> json(t, "Types")).toList();
        var sid = subscriptions.sid("DF", world.accountSid());
        var now = Dates.iso(clock.instant());
        var subscription = JsonNodeFactory.instance
                .objectNode()
                .put("sid", sid)
                .put("account_sid", world.accountSid())
                .put("description", call.required("Description"))
                .put("sink_sid", sink.path("sid").asString())
                .put("date_created", now)
                .put("date_updated", now)
                .put("url", ROOT + "Subscriptions/" + sid);
        subscription.putObject("links").put("subscribed_events", ROOT + "Subscriptions/" + sid + "/SubscribedEvents");
        wanted.forEach(t ->
                putType(sid, t.path("type").asString(), t.path("schema_version").asInt(1)));
        return Reply.created(subscriptions.put(sid, subscription));
    }

    private Reply updateSubscription(Call call) {
        var changed = subscription(call).put("description", call.required("Description"));
        return Reply.ok(subscriptions.put(call.variable("subscription"), changed));
    }

    private Reply unsubscribe(Call call) {
        var sid = call.variable("subscription");
        subscriptions.remove(sid);
        typesOf(sid).forEach(t -> types.remove(sid + t.path("type").asString()));
        return Reply.REMOVED;
    }

    private ObjectNode subscription(Call call) {
        return subscriptions.get(call.variable("subscription"));
    }

    private Reply types(Call call) {
        var rows = typesOf(subscription(call).path("sid").asString());
        return Paging.<ObjectNode>counted("types", DEFAULT_SIZE, MOST_SIZE, t -> t)
                .page(call, rows);
    }

    private List<ObjectNode> typesOf(String subscriptionSid) {
        return types.all().stream()
                .filter(t -> t.path("subscription_sid").asString().equals(subscriptionSid))
                .toList();
    }

    private Reply addType(Call call) {
        var version = call.number("SchemaVersion");
        var sid = subscription(call).path("sid").asString();
        return Reply.created(putType(sid, call.required("Type"), version == null ? 1 : version));
    }

    private Reply updateType(Call call) {
        var version = call.number("SchemaVersion");
        var changed = types.get(typeKey(call));
        if (version != null) {
            changed.put("schema_version", version.intValue());
        }
        return Reply.ok(types.put(typeKey(call), changed));
    }

    private ObjectNode putType(String subscriptionSid, String type, int version) {
        return types.put(
                subscriptionSid + type,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("account_sid", world.accountSid())
                        .put("subscription_sid", subscriptionSid)
                        .put("type", type)
                        .put("schema_version", version)
                        .put("url", ROOT + "Subscriptions/" + subscriptionSid + "/SubscribedEvents/" + type));
    }

    private static String typeKey(Call call) {
        return call.variable("subscription") + call.variable("type");
    }

    private static Reply removed(Documents documents, String key) {
        documents.remove(key);
        return Reply.REMOVED;
    }

    private static JsonNode json(String text, String name) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException _) {
            throw TwilioRefusal.badRequest(name + " is not JSON");
        }
    }
}

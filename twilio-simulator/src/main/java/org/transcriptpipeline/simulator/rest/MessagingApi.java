package org.transcriptpipeline.simulator.rest;

import java.time.Clock;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Messaging services and the numbers in them. They are kept, and nothing here acts upon them.
final class MessagingApi {

    private static final String HOST = "messaging.twilio.com";
    private static final String ROOT = "https://" + HOST + "/v1/Services/";
    private static final int DEFAULT_SIZE = 50;
    private static final int MOST_SIZE = 1000;

    private final TwilioWorld world;
    private final PhoneNumbers numbers;
    private final Clock clock;
    private final Documents services = new Documents();
    private final Documents members = new Documents();

    MessagingApi(TwilioWorld world, PhoneNumbers numbers, Clock clock, Router router) {
        this.world = world;
        this.numbers = numbers;
        this.clock = clock;
        var first = world.settings().defaultMessagingServiceSid();
        if (first != null) {
            services.put(first, blank(first, "Default Conversations Messaging Service"));
        }
        var one = "/v1/Services/{messagingService}";
        router.get(HOST, "/v1/Services", this::list)
                .post(HOST, "/v1/Services", this::create)
                .get(HOST, one, call -> Reply.ok(service(call)))
                .post(HOST, one, this::update)
                .delete(HOST, one, this::remove)
                .get(HOST, one + "/PhoneNumbers", this::members)
                .post(HOST, one + "/PhoneNumbers", this::addMember)
                .get(HOST, one + "/PhoneNumbers/{number}", call -> Reply.ok(members.get(memberKey(call))))
                .delete(HOST, one + "/PhoneNumbers/{number}", this::removeMember);
    }

    private Reply list(Call call) {
        var all = services.all();
        return Paging.<ObjectNode>counted("services", DEFAULT_SIZE, MOST_SIZE, s -> s)
                .page(call, all);
    }

    private Reply create(Call call) {
        var sid = services.sid("MG", world.accountSid());
        var made = Documents.changed(blank(sid, call.required("FriendlyName")), call);
        return Reply.created(services.put(sid, made));
    }

    private Reply update(Call call) {
        var changed = Documents.changed(service(call), call).put("date_updated", Dates.iso(clock.instant()));
        return Reply.ok(services.put(call.variable("messagingService"), changed));
    }

    private Reply remove(Call call) {
        services.remove(call.variable("messagingService"));
        return Reply.REMOVED;
    }

    private ObjectNode service(Call call) {
        return services.get(call.variable("messagingService"));
    }

    private ObjectNode blank(String sid, String friendlyName) {
        var now = Dates.iso(clock.instant());
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", sid)
                .put("account_sid", world.accountSid())
                .put("friendly_name", friendlyName)
                .put("date_created", now)
                .put("date_updated", now)
                .putNull("inbound_request_url")
                .put("inbound_method", "POST")
                .putNull("fallback_url")
                .put("fallback_method", "POST")
                .putNull("status_callback")
                .put("sticky_sender", true)
                .put("mms_converter", true)
                .put("smart_encoding", true)
                .put("scan_message_content", "inherit")
                .put("fallback_to_long_code", true)
                .put("area_code_geomatch", true)
                .put("synchronous_validation", false)
                .put("validity_period", 36_000)
                .put("usecase", "undeclared")
                .put("us_app_to_person_registered", false)
                .put("use_inbound_webhook_on_number", false)
                .put("url", ROOT + sid);
        body.putObject("links").put("phone_numbers", ROOT + sid + "/PhoneNumbers");
        return body;
    }

    private Reply members(Call call) {
        var sid = service(call).path("sid").asString();
        var all = members.all().stream()
                .filter(m -> m.path("service_sid").asString().equals(sid))
                .toList();
        return Paging.<ObjectNode>counted("phone_numbers", DEFAULT_SIZE, MOST_SIZE, m -> m)
                .page(call, all);
    }

    private Reply addMember(Call call) {
        var serviceSid = service(call).path("sid").asString();
        var number = numbers.get(call.required("PhoneNumberSid"));
        var sid = number.path("sid").asString();
        var now = Dates.iso(clock.instant());
        var member = JsonNodeFactory.instance
                .objectNode()
                .put("sid", sid)
                .put("account_sid", world.accountSid())
                .put("service_sid", serviceSid)
                .put("phone_number", number.path("phone_number").asString())
                .put("country_code", "US")
                .put("date_created", now)
                .put("date_updated", now)
                .put("url", ROOT + serviceSid + "/PhoneNumbers/" + sid);
        member.putArray("capabilities").add("SMS").add("MMS");
        if (members.all().stream().anyMatch(m -> m.path("sid").asString().equals(sid))) {
            throw new TwilioRefusal(409, 20001, "The number " + sid + " is in a messaging service");
        }
        return Reply.created(members.put(serviceSid + sid, member));
    }

    private Reply removeMember(Call call) {
        members.remove(memberKey(call));
        return Reply.REMOVED;
    }

    private static String memberKey(Call call) {
        return call.variable("messagingService") + call.variable("number");
    }
}

package org.transcriptpipeline.simulator.rest;

import java.time.Clock;
import java.util.List;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Our own numbers.
final class PhoneNumbers {

    private static final String HOST = "api.twilio.com";
    private static final int DEFAULT_SIZE = 50;
    private static final int MOST_SIZE = 1000;

    /// Fields that a number for texts has no use for.
    private static final List<String> UNUSED = List.of(
            "address_sid",
            "bundle_sid",
            "emergency_address_sid",
            "identity_sid",
            "sms_application_sid",
            "trunk_sid",
            "voice_application_sid",
            "voice_fallback_url",
            "voice_url");

    private final TwilioWorld world;
    private final Clock clock;
    private final Documents numbers = new Documents();

    PhoneNumbers(TwilioWorld world, Clock clock, Router router) {
        this.world = world;
        this.clock = clock;
        var all = "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers";
        router.get(HOST, all + ".json", this::list)
                .get(HOST, all + "/{number}.json", call -> Reply.ok(existing(call)))
                .post(HOST, all + "/{number}.json", this::update);
    }

    /// @return its SID, PN…
    String add(String number) {
        var sid = Sids.of("PN", world.accountSid(), number);
        numbers.put(sid, blank(sid, number));
        return sid;
    }

    ObjectNode get(String sid) {
        return numbers.get(sid);
    }

    private Reply list(Call call) {
        refuseOtherAccounts(world, call);
        var wanted = call.query("PhoneNumber");
        var rows = numbers.all().stream()
                .filter(n -> wanted == null || n.path("phone_number").asString().equals(wanted))
                .toList();
        return Paging.<ObjectNode>counted("incoming_phone_numbers", DEFAULT_SIZE, MOST_SIZE, n -> n)
                .flatPage(call, rows);
    }

    private Reply update(Call call) {
        var changed = Documents.changed(existing(call), call).put("date_updated", Dates.mail(clock.instant()));
        return Reply.ok(numbers.put(call.variable("number"), changed));
    }

    private ObjectNode existing(Call call) {
        refuseOtherAccounts(world, call);
        return numbers.get(call.variable("number"));
    }

    static void refuseOtherAccounts(TwilioWorld world, Call call) {
        if (!call.variable("account").equals(world.accountSid())) {
            throw TwilioRefusal.notFound("account");
        }
    }

    private ObjectNode blank(String sid, String number) {
        var now = Dates.mail(clock.instant());
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", sid)
                .put("account_sid", world.accountSid())
                .put("phone_number", number)
                .put("friendly_name", number)
                .put("api_version", "2010-04-01")
                .put("address_requirements", "none")
                .put("beta", false)
                .put("date_created", now)
                .put("date_updated", now)
                .put("origin", "twilio")
                .put("status", "in-use")
                .put("type", "local")
                .put("emergency_status", "Inactive")
                .put("emergency_address_status", "unregistered")
                .put("voice_receive_mode", "voice")
                .put("voice_method", "POST")
                .put("voice_fallback_method", "POST")
                .put("voice_caller_id_lookup", false)
                .putNull("sms_url")
                .put("sms_method", "POST")
                .putNull("sms_fallback_url")
                .put("sms_fallback_method", "POST")
                .putNull("status_callback")
                .put("status_callback_method", "POST")
                .put("uri", "/2010-04-01/Accounts/" + world.accountSid() + "/IncomingPhoneNumbers/" + sid + ".json");
        UNUSED.forEach(body::putNull);
        body.putObject("capabilities")
                .put("sms", true)
                .put("mms", true)
                .put("voice", true)
                .put("fax", false);
        return body;
    }
}

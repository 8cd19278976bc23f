package org.transcriptpipeline.simulator.rest;

import org.transcriptpipeline.simulator.world.Alert;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Alerts of the debugger: webhooks that could not be delivered.
final class MonitorApi {

    private static final String HOST = "monitor.twilio.com";
    private static final int DEFAULT_SIZE = 50;
    private static final int MOST_SIZE = 1000;

    private final TwilioWorld world;

    MonitorApi(TwilioWorld world, Router router) {
        this.world = world;
        router.get(HOST, "/v1/Alerts", this::list).get(HOST, "/v1/Alerts/{alert}", this::fetch);
    }

    private Reply list(Call call) {
        var level = call.query("LogLevel");
        var from = Dates.from(call.query("StartDate"), "StartDate");
        var until = Dates.until(call.query("EndDate"), "EndDate");
        var rows = world.losses().alerts().stream()
                .filter(_ -> level == null || level.equals("error"))
                .filter(a -> from == null || !a.dateGenerated().isBefore(from))
                .filter(a -> until == null || !a.dateGenerated().isAfter(until))
                .toList();
        return Paging.<Alert>counted("alerts", DEFAULT_SIZE, MOST_SIZE, this::json)
                .page(call, rows);
    }

    private Reply fetch(Call call) {
        var sid = call.variable("alert");
        return Reply.ok(world.losses().alerts().stream()
                .filter(a -> a.sid().equals(sid))
                .findFirst()
                .map(this::json)
                .orElseThrow(() -> TwilioRefusal.notFound(sid)));
    }

    private ObjectNode json(Alert alert) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("sid", alert.sid())
                .put("account_sid", world.accountSid())
                .put("error_code", Integer.toString(alert.errorCode()))
                .put("alert_text", alert.status() == null ? "msg=no+answer" : "httpResponse=" + alert.status())
                .put("log_level", "error")
                .put("request_url", alert.requestUrl())
                .put("request_method", "POST")
                .put("resource_sid", alert.resourceSid())
                .put("date_generated", Dates.iso(alert.dateGenerated()))
                .put("date_created", Dates.iso(alert.dateGenerated()))
                .put("date_updated", Dates.iso(alert.dateGenerated()))
                .put("more_info", "https://www.twilio.com/docs/errors/" + alert.errorCode())
                .put("url", "https://" + HOST + "/v1/Alerts/" + alert.sid());
    }
}

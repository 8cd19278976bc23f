package org.transcriptpipeline.simulator.rest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Execution;
import org.transcriptpipeline.simulator.world.Flow;
import org.transcriptpipeline.simulator.world.Studio;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import org.transcriptpipeline.simulator.world.TwilioWorld;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Flows and their executions.
final class StudioApi {

    private static final String HOST = "studio.twilio.com";
    private static final String ROOT = "https://" + HOST + "/v2/Flows/";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int DEFAULT_SIZE = 50;
    private static final int MOST_SIZE = 1000;

    private final TwilioWorld world;
    private final Studio studio;

    StudioApi(TwilioWorld world, Router router) {
        this.world = world;
        this.studio = world.studio();
        var executions = "/v2/Flows/{flow}/Executions";
        router.post(HOST, "/v2/Flows/Validate", this::validate)
                .get(HOST, "/v2/Flows", this::flows)
                .post(HOST, "/v2/Flows", this::createFlow)
                .get(HOST, "/v2/Flows/{flow}", call -> Reply.ok(json(flow(call), true)))
                .post(HOST, "/v2/Flows/{flow}", this::updateFlow)
                .delete(HOST, "/v2/Flows/{flow}", this::removeFlow)
                .get(HOST, executions, this::executions)
                .post(HOST, executions, this::start)
                .get(HOST, executions + "/{execution}", call -> Reply.ok(json(execution(call))))
                .post(HOST, executions + "/{execution}", this::end)
                .delete(HOST, executions + "/{execution}", this::removeExecution)
                .get(HOST, executions + "/{execution}/Context", this::context);
    }

    private Reply flows(Call call) {
        var all = studio.flows();
        return Paging.<Flow>counted("flows", DEFAULT_SIZE, MOST_SIZE, f -> json(f, false))
                .page(call, all);
    }

    private Reply createFlow(Call call) {
        var name = call.required("FriendlyName");
        boolean isPublished = isPublished(call);
        var definition = definition(call.required("Definition"));
        return Reply.created(json(studio.createFlow(name, isPublished, definition, call.form("CommitMessage")), true));
    }

    private Reply updateFlow(Call call) {
        var definition = call.form("Definition");
        var changed = studio.updateFlow(
                flow(call).sid(),
                call.form("FriendlyName"),
                isPublished(call),
                definition == null ? null : definition(definition),
                call.form("CommitMessage"));
        return Reply.ok(json(changed, true));
    }

    private Reply removeFlow(Call call) {
        studio.removeFlow(flow(call).sid());
        return Reply.REMOVED;
    }

    /// Valid here is a JSON object with states; the widgets in it are not looked at.
    private Reply validate(Call call) {
        call.required("FriendlyName");
        isPublished(call);
        definition(call.required("Definition"));
        return Reply.ok(JsonNodeFactory.instance.objectNode().put("valid", true));
    }

    private static boolean isPublished(Call call) {
        return switch (call.required("Status")) {
            case "published" -> true;
            case "draft" -> false;
            default -> throw TwilioRefusal.badRequest("Status is draft or published");
        };
    }

    private static String definition(String text) {
        var parsed = parsed(text);
        if (parsed == null || !parsed.path("states").isArray()) {
            throw TwilioRefusal.badRequest("Definition is no flow");
        }
        return text;
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException _) {
            return null;
        }
    }

    private Flow flow(Call call) {
        return studio.flow(call.variable("flow"));
    }

    private Reply executions(Call call) {
        var flowSid = flow(call).sid();
        var status = call.query("status");
        var from = Dates.from(call.query("DateCreatedFrom"), "DateCreatedFrom");
        var to = Dates.until(call.query("DateCreatedTo"), "DateCreatedTo");
        var rows = studio.executions().stream()
                .filter(e -> e.flowSid().equals(flowSid))
                .filter(e -> status == null || e.status().equals(status))
                .filter(e -> from == null || !e.dateCreated().isBefore(from))
                .filter(e -> to == null || !e.dateCreated().isAfter(to))
                .toList();
        return Paging.<Execution>counted("executions", DEFAULT_SIZE, MOST_SIZE, this::json)
                .page(call, rows);
    }

    private Reply start(Call call) {
        call.required("From");
        var parameters = new HashMap<String, String>();
        var given = call.form("Parameters");
        var parsed = given == null ? null : parsed(given);
        if (parsed instanceof ObjectNode object) {
            object.properties()
                    .forEach(p -> parameters.put(p.getKey(), p.getValue().asString("")));
        }
        return Reply.created(json(studio.start(flow(call).sid(), call.required("To"), parameters)));
    }

    private Reply end(Call call) {
        if (!call.required("Status").equals("ended")) {
            throw TwilioRefusal.badRequest("Status is ended");
        }
        return Reply.ok(json(studio.end(execution(call).sid(), Studio.FLOW_END)));
    }

    private Reply removeExecution(Call call) {
        studio.removeExecution(execution(call).sid());
        return Reply.REMOVED;
    }

    private Execution execution(Call call) {
        var execution = studio.execution(call.variable("execution"));
        if (!execution.flowSid().equals(flow(call).sid())) {
            throw TwilioRefusal.notFound(execution.sid());
        }
        return execution;
    }

    private Reply context(Call call) {
        var execution = execution(call);
        var url = ROOT + execution.flowSid() + "/Executions/" + execution.sid();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("account_sid", world.accountSid())
                .put("flow_sid", execution.flowSid())
                .put("execution_sid", execution.sid())
                .put("url", url + "/Context");
        var context = body.putObject("context");
        var flow = context.putObject("flow").put("flow_sid", execution.flowSid());
        write(execution.context(), flow.putObject("variables"));
        var conversationSid = execution.conversationSid();
        if (conversationSid != null) {
            context.putObject("trigger")
                    .putObject("conversation")
                    .put("AccountSid", world.accountSid())
                    .put("ConversationSid", conversationSid)
                    .put("ChannelSid", conversationSid)
                    .put("MessageSid", execution.startedBy());
        }
        return Reply.ok(body);
    }

    private static void write(Map<String, String> values, ObjectNode node) {
        values.forEach(node::put);
    }

    private ObjectNode json(Flow flow, boolean isWhole) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", flow.sid())
                .put("account_sid", world.accountSid())
                .putNull("author_sid")
                .put("friendly_name", flow.friendlyName())
                .put("status", flow.isPublished() ? "published" : "draft")
                .put("revision", flow.revision())
                .put("commit_message", flow.commitMessage())
                .put("date_created", Dates.iso(flow.dateCreated()))
                .put("date_updated", Dates.iso(flow.dateUpdated()))
                .put(
                        "webhook_url",
                        "https://webhooks.twilio.com/v1/Accounts/" + world.accountSid() + "/Flows/" + flow.sid())
                .put("url", ROOT + flow.sid());
        body.putObject("links")
                .put("revisions", ROOT + flow.sid() + "/Revisions")
                .put("executions", ROOT + flow.sid() + "/Executions")
                .put("test_users", ROOT + flow.sid() + "/TestUsers");
        if (isWhole) {
            body.set("definition", parsed(flow.definition()));
            body.put("valid", true).putArray("errors");
            body.putArray("warnings");
        } else {
            List.of("definition", "valid", "errors", "warnings").forEach(body::putNull);
        }
        return body;
    }

    private ObjectNode json(Execution execution) {
        var url = ROOT + execution.flowSid() + "/Executions/" + execution.sid();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("sid", execution.sid())
                .put("account_sid", world.accountSid())
                .put("flow_sid", execution.flowSid())
                .put("contact_channel_address", execution.contactChannelAddress())
                .putNull("contact_sid")
                .put("flow_version", execution.flowRevision())
                .put("status", execution.status())
                .put("date_created", Dates.iso(execution.dateCreated()))
                .put("date_updated", Dates.iso(execution.dateUpdated()))
                .put("initiated_by", execution.startedBy())
                .put("url", url);
        write(execution.context(), body.putObject("context"));
        body.putObject("links").put("steps", url + "/Steps").put("execution_context", url + "/Context");
        return body;
    }
}

package org.transcriptpipeline.simulator.rest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.Origin;
import org.transcriptpipeline.simulator.world.TwilioRefusal;

/// A request, taken apart.
///
/// @param host that was meant, `conversations.twilio.com`
/// @param path below that host, with its leading slash
/// @param variables of the path's template
record Call(
        String method,
        String host,
        String path,
        Map<String, String> variables,
        Map<String, List<String>> query,
        Map<String, List<String>> form,
        boolean isWebhookEnabled) {

    Call at(Map<String, String> found) {
        return new Call(method, host, path, found, query, form, isWebhookEnabled);
    }

    String variable(String name) {
        var value = variables.get(name);
        if (value == null) {
            throw new IllegalStateException("the path has no " + name);
        }
        return value;
    }

    @Nullable
    String optionalVariable(String name) {
        return variables.get(name);
    }

    @Nullable
    String query(String name) {
        return first(query, name);
    }

    @Nullable
    String form(String name) {
        return first(form, name);
    }

    String required(String name) {
        var value = form(name);
        if (value == null || value.isEmpty()) {
            throw TwilioRefusal.badRequest("Missing required parameter " + name + " in the post body");
        }
        return value;
    }

    List<String> all(String name) {
        return form.getOrDefault(name, List.of());
    }

    @Nullable
    Integer number(String name) {
        var value = form(name);
        try {
            return value == null ? null : Integer.valueOf(value);
        } catch (NumberFormatException _) {
            throw TwilioRefusal.badRequest(name + " is not a number");
        }
    }

    /// What it does is told by webhook, or it is not.
    Origin origin() {
        return isWebhookEnabled ? Origin.REST_WITH_WEBHOOK : Origin.REST;
    }

    private static @Nullable String first(Map<String, List<String>> values, String name) {
        var all = values.get(name);
        return all == null || all.isEmpty() ? null : all.getFirst();
    }

    /// Without parameters.
    @Override
    public String toString() {
        return method + " " + host + path;
    }
}

package org.transcriptpipeline.simulator.rest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.world.TwilioRefusal;

/// Finds what answers a request by host, method and path.
final class Router {

    interface Handler {
        Reply answer(Call call);
    }

    /// @param kind method, host and template, for counting
    record Match(String kind, Handler handler, Map<String, String> variables) {}

    private record Route(String method, String host, List<String> template, String kind, Handler handler) {}

    private final List<Route> routes = new ArrayList<>();

    Router get(String host, String template, Handler handler) {
        return add("GET", host, template, handler);
    }

    Router post(String host, String template, Handler handler) {
        return add("POST", host, template, handler);
    }

    Router delete(String host, String template, Handler handler) {
        return add("DELETE", host, template, handler);
    }

    /// @throws TwilioRefusal when nothing is there, or not by this method
    Match match(String method, String host, String path) {
        var segments = List.of(path.split("/", -1));
        boolean isPathKnown = false;
        for (var route : routes) {
            var variables = route.host().equals(host) ? variables(route.template(), segments) : null;
            if (variables != null && route.method().equals(method)) {
                return new Match(route.kind(), route.handler(), variables);
            }
            isPathKnown |= variables != null;
        }
        if (isPathKnown) {
            throw new TwilioRefusal(405, 20004, "Method not allowed");
        }
        throw TwilioRefusal.notFound(path);
    }

    /// Of every route.
    List<String> kinds() {
        return routes.stream().map(Route::kind).toList();
    }

    private Router add(String method, String host, String template, Handler handler) {
        var kind = method + " " + host + template;
        routes.add(new Route(method, host, List.of(template.split("/", -1)), kind, handler));
        return this;
    }

    private static @Nullable Map<String, String> variables(List<String> template, List<String> segments) {
        if (template.size() != segments.size()) {
            return null;
        }
        var variables = new HashMap<String, String>();
        for (int i = 0; i < template.size(); i++) {
            var expected = template.get(i);
            var segment = segments.get(i);
            if (expected.startsWith("{")) {
                var suffix = expected.substring(expected.indexOf('}') + 1); // `.json` in the oldest API
                if (!segment.endsWith(suffix) || segment.length() == suffix.length()) {
                    return null;
                }
                variables.put(
                        expected.substring(1, expected.indexOf('}')),
                        segment.substring(0, segment.length() - suffix.length()));
            } else if (!expected.equals(segment)) {
                return null;
            }
        }
        return variables;
    }
}

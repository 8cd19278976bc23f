package org.transcriptpipeline.simulator.rest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Settings that nothing here acts upon: kept as their JSON, changed by the parameters of the same name.
final class Documents {

    private final Map<String, ObjectNode> bySid = new LinkedHashMap<>();
    private final AtomicLong made = new AtomicLong();

    /// The next SID with this prefix.
    String sid(String prefix, Object... words) {
        return Sids.of(prefix, made.incrementAndGet(), List.of(words));
    }

    synchronized ObjectNode put(String key, ObjectNode document) {
        bySid.put(key, document);
        return document.deepCopy();
    }

    synchronized ObjectNode get(String key) {
        var document = bySid.get(key);
        if (document == null) {
            throw TwilioRefusal.notFound(key);
        }
        return document.deepCopy();
    }

    /// Makes it when it is first asked for.
    synchronized ObjectNode get(String key, Supplier<ObjectNode> blank) {
        return bySid.computeIfAbsent(key, _ -> blank.get()).deepCopy();
    }

    synchronized List<ObjectNode> all() {
        return bySid.values().stream().map(ObjectNode::deepCopy).toList();
    }

    synchronized void remove(String key) {
        if (bySid.remove(key) == null) {
            throw TwilioRefusal.notFound(key);
        }
    }

    /// `InboundRequestUrl` changes `inbound_request_url` where the document has it, in the type that it has there.
    static ObjectNode changed(ObjectNode document, Call call) {
        call.form().forEach((name, values) -> {
            var field = name.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            if (document.has(field)) {
                set(document, field, values);
            }
        });
        return document;
    }

    private static void set(ObjectNode document, String field, List<String> values) {
        JsonNode old = document.get(field);
        var value = values.getFirst();
        if (old instanceof ArrayNode) {
            var array = document.putArray(field);
            values.stream().filter(v -> !v.isEmpty()).forEach(array::add);
        } else if (old.isBoolean()) {
            document.put(field, Boolean.parseBoolean(value));
        } else if (old.isNumber()) {
            document.put(field, integer(field, value));
        } else if (value.isEmpty()) {
            document.putNull(field);
        } else {
            document.put(field, value);
        }
    }

    private static int integer(String field, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw TwilioRefusal.badRequest(field + " is not a number");
        }
    }
}

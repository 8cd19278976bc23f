package org.transcriptpipeline.simulator.openapi;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns the schemas of OpenAPI 3.0 into JSON Schema 2020-12: `nullable` becomes a type, and what Twilio's own samples
/// show against their descriptions is allowed: null in place of a referenced enum, which cannot be said beside a
/// `$ref` there, and addresses without a host where the format is `uri`. An object with properties has no others.
final class Schemas {

    private static final Set<String> RELATIVE = Set.of("uri");

    private Schemas() {}

    static JsonNode asJsonSchema(JsonNode schema) {
        var copy = schema.deepCopy();
        convert(copy);
        return copy;
    }

    private static void convert(JsonNode node) {
        if (node instanceof ArrayNode array) {
            array.forEach(Schemas::convert);
        }
        if (!(node instanceof ObjectNode object)) {
            return;
        }
        object.values().forEach(Schemas::convert);
        if (object.get("$ref") instanceof JsonNode reference
                && reference.asString("").contains("_enum_")) {
            var target = reference.asString();
            object.removeAll();
            var either = object.putArray("anyOf");
            either.addObject().put("$ref", target);
            either.addObject().put("type", "null");
            return;
        }
        if (RELATIVE.contains(object.path("format").asString(""))) {
            object.put("format", "uri-reference");
        }
        if (object.get("properties") instanceof ObjectNode && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        if (object.path("nullable").asBoolean(false)) {
            allowNull(object);
        }
    }

    private static void allowNull(ObjectNode object) {
        if (object.get("type") instanceof JsonNode type && type.isString()) {
            var only = type.asString();
            object.putArray("type").add(only).add("null");
        }
        if (object.get("enum") instanceof ArrayNode values) {
            values.addNull();
        }
    }
}

package org.transcriptpipeline.simulator.openapi;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One path and method.
final class Operation {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON_TYPE = "application/json";

    private final JsonNode operation;
    private final ObjectNode components;
    private final SchemaRegistry registry;
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

    Operation(JsonNode operation, ObjectNode components, SchemaRegistry registry) {
        this.operation = operation;
        this.components = components;
        this.registry = registry;
    }

    List<String> requestErrors(Map<String, List<String>> query, Map<String, List<String>> form) {
        var errors = new ArrayList<String>();
        var described = new HashMap<String, JsonNode>();
        for (var parameter : operation.path("parameters")) {
            if (parameter.path("in").asString().equals("query")) {
                var name = parameter.path("name").asString();
                described.put(name, parameter.path("schema"));
                if (parameter.path("required").asBoolean(false) && !query.containsKey(name)) {
                    errors.add("query: " + name + " is missing");
                }
            }
        }
        query.forEach((name, values) -> check("query", name, values, described.get(name), errors));
        var body = operation.path("requestBody").path("content").path(FORM).path("schema");
        body.path("required").forEach(name -> {
            if (!form.containsKey(name.asString())) {
                errors.add("form: " + name.asString() + " is missing");
            }
        });
        form.forEach((name, values) ->
                check("form", name, values, body.path("properties").get(name), errors));
        return errors;
    }

    List<String> responseErrors(int status, String json) {
        var response = operation.path("responses").path(Integer.toString(status));
        if (response.isMissingNode()) {
            return List.of("status " + status + " is not described");
        }
        var schema = response.path("content").path(JSON_TYPE).path("schema");
        if (schema.isMissingNode()) {
            return json.isEmpty() ? List.of() : List.of("no body is described");
        }
        try {
            return errors("", schema, JSON.readTree(json));
        } catch (JacksonException _) {
            return List.of("the body is not JSON");
        }
    }

    List<String> missingFields(int status, String json) {
        var schema = operation
                .path("responses")
                .path(Integer.toString(status))
                .path("content")
                .path(JSON_TYPE)
                .path("schema");
        var missing = new ArrayList<String>();
        if (!json.isEmpty()) {
            missing("", schema, JSON.readTree(json), missing);
        }
        return missing;
    }

    private void missing(String place, JsonNode schema, JsonNode value, List<String> missing) {
        var reference = schema.path("$ref").asString("");
        var resolved = reference.isEmpty()
                ? schema
                : components.path("schemas").path(reference.substring(reference.lastIndexOf('/') + 1));
        if (value.isArray() && !value.isEmpty()) {
            missing(place + "/*", resolved.path("items"), value.get(0), missing);
        }
        if (value.isObject()) {
            resolved.path("properties").properties().forEach(property -> {
                var name = property.getKey();
                if (value.has(name)) {
                    missing(place + "/" + name, property.getValue(), value.get(name), missing);
                } else {
                    missing.add(place + "/" + name);
                }
            });
        }
    }

    private void check(String where, String name, List<String> values, @Nullable JsonNode schema, List<String> errors) {
        if (schema == null) {
            errors.add(where + ": " + name + " is not described");
            return;
        }
        if (schema.path("type").asString("").equals("array")) {
            values.forEach(value -> errors.addAll(errors(where + ": " + name, schema.path("items"), value)));
        } else if (values.size() != 1) {
            errors.add(where + ": " + name + " is given " + values.size() + " times");
        } else {
            errors.addAll(errors(where + ": " + name, schema, values.getFirst()));
        }
    }

    /// A parameter is text; what its schema takes for a number or a truth value has to look like one.
    private List<String> errors(String place, JsonNode schema, String value) {
        var type = schema.path("type").asString("");
        if (!List.of("integer", "number", "boolean").contains(type)) {
            boolean isAny = type.isEmpty() && !schema.has("$ref"); // JSON as text
            return isAny
                    ? List.of()
                    : errors(place, schema, JSON.getNodeFactory().stringNode(value));
        }
        try {
            return errors(place, schema, JSON.readTree(value));
        } catch (JacksonException _) {
            return List.of(place + " is not of type " + type);
        }
    }

    private List<String> errors(String place, JsonNode schema, JsonNode value) {
        return schemas.computeIfAbsent(schema, this::compiled).validate(value).stream()
                .map(e -> (place + " " + e.getInstanceLocation() + " breaks " + e.getKeyword() + " "
                                + (e.getProperty() == null ? "" : e.getProperty()))
                        .strip())
                .toList();
    }

    private Schema compiled(JsonNode schema) {
        var root = JSON.createObjectNode();
        root.setAll((ObjectNode) Schemas.asJsonSchema(schema));
        root.set("components", components);
        return registry.getSchema(root);
    }
}

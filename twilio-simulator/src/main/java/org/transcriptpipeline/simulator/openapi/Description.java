package org.transcriptpipeline.simulator.openapi;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One file: the operations of one of Twilio's APIs.
final class Description {

    private record Entry(String host, String method, List<String> template, Operation operation) {

        boolean leadsTo(String wantedMethod, String wantedHost, List<String> path) {
            if (!method.equals(wantedMethod) || !host.equals(wantedHost) || template.size() != path.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                var expected = template.get(i);
                var suffix = expected.substring(expected.indexOf('}') + 1);
                if (expected.startsWith("{") ? !path.get(i).endsWith(suffix) : !expected.equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }

        long variables() {
            return template.stream().filter(t -> t.startsWith("{")).count();
        }
    }

    private final List<Entry> entries;

    private Description(List<Entry> entries) {
        this.entries = entries;
    }

    static Description read(String json) {
        var root = JsonMapper.shared().readTree(json);
        var components = JsonMapper.shared().createObjectNode();
        components.set("schemas", Schemas.asJsonSchema(root.at("/components/schemas")));
        var registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                r -> r.schemaRegistryConfig(SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .build()));
        var entries = new ArrayList<Entry>();
        root.path("paths").properties().forEach(path -> {
            var server = server(path.getValue(), root);
            for (var method : List.of("get", "post", "delete")) {
                var operation = path.getValue().path(method);
                if (operation.isObject()) {
                    entries.add(new Entry(
                            server,
                            method.toUpperCase(Locale.ROOT),
                            List.of(path.getKey().split("/", -1)),
                            new Operation(operation, components, registry)));
                }
            }
        });
        entries.sort(Comparator.comparingLong(Entry::variables)); // `Validate` before `{Sid}`
        return new Description(entries);
    }

    Set<String> hosts() {
        return entries.stream().map(Entry::host).collect(Collectors.toSet());
    }

    @Nullable
    Operation operation(String method, String host, String path) {
        var segments = List.of(path.split("/", -1));
        for (var entry : entries) {
            if (entry.leadsTo(method, host, segments)) {
                return entry.operation();
            }
        }
        return null;
    }

    private static String server(JsonNode path, JsonNode root) {
        var own = path.at("/servers/0/url");
        var url = own.isMissingNode() ? root.at("/servers/0/url") : own;
        return URI.create(url.asString()).getHost();
    }
}

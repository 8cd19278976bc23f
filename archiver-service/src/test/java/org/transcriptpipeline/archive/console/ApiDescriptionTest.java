package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.transcriptpipeline.archive.console.Caller.SIGN_IN;
import static org.transcriptpipeline.archive.console.Caller.json;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.archive.TestDatabase;
import org.transcriptpipeline.archive.handoff.Handoffs;
import org.transcriptpipeline.export.ExportTable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The description at `/api/openapi.json` is OpenAPI, and says what the service does: no answer has a field, no service
/// a path and no path a parameter that it does not tell of, and the other way round.
class ApiDescriptionTest {

    /// As it is published, <https://spec.openapis.org/oas/3.1/schema/2022-10-07>, under the Apache License 2.0.
    private static final String OPEN_API = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";

    private static final String JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema";
    private static final String DESCRIPTION = "https://api.invalid/openapi.json";
    private static final Duration SOON = Duration.ofSeconds(20);

    private static RunningArchiver archiver;
    private static Caller caller;
    private static Events events;
    private static String text;
    private static JsonNode description;
    private static SchemaRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        TestDatabase.clear();
        archiver = new RunningArchiver();
        caller = new Caller(archiver.url());
        text = get("/api/openapi.json").body();
        description = JsonMapper.shared().readTree(text);
        registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                r -> r.schemas(ApiDescriptionTest::schema)
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
        events = new Events("CH" + UUID.randomUUID().toString().replace("-", ""));
        archiver.publish(
                events.customerJoined(),
                events.agentJoined("agent@example.com"),
                events.userNamed("agent@example.com", "Agent"),
                events.fromCustomer(0, "Hello"),
                events.fromFlow(1, "Hello yourself"),
                events.delivery(1, "undelivered", 30003),
                events.edited(0, "Hello!"),
                events.fromCustomer(2, "Forget it"),
                events.removed(2),
                events.executionEnded(
                        "FN" + UUID.randomUUID().toString().replace("-", ""),
                        null,
                        Instant.now().minusSeconds(60),
                        Instant.now()),
                events.flowEnded(null));
        await().atMost(SOON)
                .until(() -> Handoffs.of(archiver, events).versions().contains("1 transcript 0/0"));
        archiver.database().update("""
                        INSERT INTO handoff.deliveries (
                            handoff_id, version, destination_kind, destination, account_sid, conversation_sid, status, give_up_at,
                            message_id, snapshot_sha256
                        )
                        SELECT h.handoff_id, 1, 'email', 'desk@example.com', h.account_sid, h.conversation_sid, 'planned', now(), 'id', ''
                        FROM store.handoffs h
                        WHERE h.conversation_sid = ?
                        """, events.conversationSid());
    }

    @AfterAll
    static void stop() {
        archiver.close();
    }

    private static String schema(String location) {
        return switch (location) {
            case OPEN_API -> resource("/openapi/schema-3.1-2022-10-07.json");
            case DESCRIPTION -> text;
            default -> null; // JSON Schema's own are the library's; nothing is fetched
        };
    }

    private static String resource(String name) {
        try (var in = Objects.requireNonNull(ApiDescriptionTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itIsOpenApi() {
        assertThat(errors(OPEN_API, text)).isEmpty();
        assertThat(errors(OPEN_API, text.replace("\"operationId\"", "\"operation\"")))
                .isNotEmpty();
        description
                .at("/components/schemas")
                .properties()
                .forEach(schema -> assertThat(
                                errors(JSON_SCHEMA, schema.getValue().toString()))
                        .as(schema.getKey())
                        .isEmpty());
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverythingIsReferredTo() {
        var references = new HashSet<String>();
        collectReferences(description, references);

        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                description.at(reference.substring(1)).isObject())
                        .as(reference)
                        .isTrue());
        for (var kind : List.of("schemas", "responses", "parameters", "headers")) {
            assertThat(description.at("/components/" + kind).propertyNames())
                    .allSatisfy(name -> assertThat(references).contains("#/components/" + kind + "/" + name));
        }
    }

    private static void collectReferences(JsonNode node, Set<String> references) {
        if (node.isObject() && node.path("$ref").isString()) {
            references.add(node.path("$ref").stringValue());
        }
        node.forEach(child -> collectReferences(child, references));
    }

    @Test
    void noAnswerMayHaveAFieldThatIsNotDescribed() {
        var open = new ArrayList<String>();
        description.at("/components/schemas").properties().forEach(schema -> {
            if (!schema.getKey().equals("HandoffWish")) { // a request, in which other fields are ignored
                collectOpen(schema.getValue(), schema.getKey(), open);
            }
        });

        assertThat(open).containsExactlyInAnyOrder("FlowExecution/properties/answers", "Transcript/properties/answers");
    }

    private static void collectOpen(JsonNode schema, String place, List<String> open) {
        if (schema.path("type").asString("").equals("object")
                && !schema.path("additionalProperties")
                        .equals(JsonMapper.shared().readTree("false"))) {
            open.add(place);
        }
        schema.properties().forEach(child -> collectOpen(child.getValue(), place + "/" + child.getKey(), open));
    }

    @Test
    void everyPathOfTheServiceIsDescribedAndNoOther() {
        var served = new TreeSet<String>();
        archiver.bean(RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(mapping -> Objects.requireNonNull(mapping.getPathPatternsCondition())
                        .getPatternValues()
                        .forEach(pattern -> mapping.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> served.add(method + " " + pattern))));
        served.removeIf(mapping -> !mapping.contains(" /api"));
        var described = new TreeSet<String>();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().propertyNames().stream()
                        .filter(name -> !name.equals("parameters"))
                        .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));

        assertThat(served).hasSizeGreaterThan(10);
        assertThat(described).isEqualTo(served);
    }

    @Test
    void everyParameterOfTheServiceIsDescribedAndNoOther() throws Exception {
        assertThat(toldBy(get("/api/conversations?adress=x"))).isEqualTo(query("/api/conversations"));
        assertThat(toldBy(get("/api/export?adress=x"))).isEqualTo(query("/api/export"));
        assertThat(toldBy(post("/api/conversations/search", "{\"adress\": 1}")))
                .isEqualTo(Set.copyOf(description
                        .at("/components/schemas/ConversationSearch/properties")
                        .propertyNames()));
        assertThat(values("/api/export", "what"))
                .isEqualTo(Arrays.stream(ExportTable.values())
                        .map(ExportTable::viewName)
                        .collect(Collectors.toSet()));
    }

    private static Set<String> toldBy(HttpResponse<String> wrong) {
        var detail = json(wrong).path("detail").stringValue();
        return Set.of(detail.substring("Parameters are ".length(), detail.length() - 1)
                .split(", "));
    }

    private static Set<String> query(String path) {
        return description
                .path("paths")
                .path(path)
                .path("get")
                .path("parameters")
                .valueStream()
                .filter(parameter -> parameter.path("in").asString("").equals("query"))
                .map(parameter -> parameter.path("name").stringValue())
                .collect(Collectors.toSet());
    }

    private static Set<String> values(String path, String name) {
        return description
                .path("paths")
                .path(path)
                .path("get")
                .path("parameters")
                .valueStream()
                .filter(parameter -> parameter.path("name").asString("").equals(name))
                .flatMap(parameter -> parameter.path("schema").path("enum").valueStream())
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
    }

    @Test
    void everyAnswerIsAsDescribed() throws Exception {
        var list = "/api/conversations";
        var one = list + "/{conversationSid}";
        var conversation = list + "/" + events.conversationSid();
        var handoff = "/api/handoffs/" + Handoffs.of(archiver, events).id();

        describes("get", list, 200, get(list + "?limit=1"));
        describes("get", list, 400, get(list + "?limit=0"));
        describes("get", list, 401, caller.get(list));
        describes("post", list + "/search", 200, post(list + "/search", "{\"customer\": \"" + Events.CUSTOMER + "\"}"));
        describes("post", list + "/search", 400, post(list + "/search", ""));
        describes("post", list + "/search", 403, caller.post(list + "/search", "{}", "Sec-Fetch-Site", "cross-site"));
        describes("post", list + "/search", 413, post(list + "/search", " ".repeat(20_000)));
        var details = get(conversation);
        describes("get", one, 200, details);
        for (var part : List.of("participants", "flowExecutions", "handoffs", "handoffs/0/deliveries")) {
            assertThat(json(details).at("/" + part)).as(part).isNotEmpty();
        }
        describes("get", one, 404, get(list + "/CHnone"));
        describes(
                "get",
                one,
                304,
                caller.get(
                        conversation,
                        "Authorization",
                        SIGN_IN,
                        "If-None-Match",
                        details.headers().firstValue("ETag").orElseThrow()));
        describes("get", one + "/transcript", 200, get(conversation + "/transcript"));
        describes(
                "get",
                one + "/transcript",
                406,
                caller.get(conversation + "/transcript", "Authorization", SIGN_IN, "Accept", "image/png"));
        for (var suffix : List.of("json", "txt", "csv", "html")) {
            describes("get", one + "/transcript.{suffix}", 200, get(conversation + "/transcript." + suffix));
        }
        describes("get", one + "/transcript.{suffix}", 404, get(conversation + "/transcript.docx"));
        describes("post", one + "/handoffs", 202, post(conversation + "/handoffs", "{\"note\": \"Please call\"}"));
        describes("post", one + "/handoffs", 404, post(list + "/CHnone/handoffs", ""));
        describes("post", one + "/flow/stop", 409, post(conversation + "/flow/stop", ""));
        describes("get", "/api/handoffs/{handoffId}", 200, get(handoff));
        describes("get", "/api/handoffs/{handoffId}", 404, get("/api/handoffs/none"));
        describes("post", "/api/handoffs/{handoffId}/resend", 202, post(handoff + "/resend", ""));
        describes("post", "/api/handoffs/{handoffId}/take", 200, post(handoff + "/take", ""));
        describes("get", "/api/export", 200, get("/api/export?format=csv"));
        describes("get", "/api/export", 400, get("/api/export"));
        describes("get", "/api/openapi.json", 200, get("/api/openapi.json"));
    }

    private static void describes(String method, String path, int status, HttpResponse<String> answer) {
        var what = method + " " + path;
        assertThat(answer.statusCode()).as(what + answer.body()).isEqualTo(status);
        var pointer = "/paths/" + escaped(path) + "/" + method + "/responses/" + status;
        var reference = description.at(pointer).path("$ref");
        pointer = reference.isString() ? reference.stringValue().substring(1) : pointer;
        var response = description.at(pointer);
        assertThat(response.isObject()).as(what + " " + status).isTrue();
        response.path("headers").propertyNames().stream()
                .filter(name -> !name.equals("Link") && !name.equals("Location"))
                .forEach(name -> assertThat(answer.headers().firstValue(name))
                        .as(what + " " + name)
                        .isPresent());
        if (status == 304) {
            assertThat(answer.body()).isEmpty();
            return;
        }
        var type = answer.headers().firstValue("Content-Type").orElse("").split(";")[0];
        assertThat(response.path("content").propertyNames()).as(what).contains(type);
        if (type.endsWith("json")) {
            var location = DESCRIPTION + "#" + pointer + "/content/" + escaped(type) + "/schema";
            assertThat(errors(location, answer.body())).as(what).isEmpty();
            if (!path.equals("/api/openapi.json")) {
                var more = (ObjectNode) json(answer);
                more.put("undescribed", true);
                assertThat(errors(location, more.toString())).as(what).isNotEmpty();
            }
        }
    }

    private static String escaped(String part) {
        return part.replace("~", "~0").replace("/", "~1");
    }

    private static List<String> errors(String schema, String json) {
        return registry.getSchema(SchemaLocation.of(schema)).validate(json, InputFormat.JSON).stream()
                .map(ApiDescriptionTest::told)
                .toList();
    }

    private static String told(Error error) {
        return error.getInstanceLocation() + ": " + error.getMessage();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return caller.get(path, "Authorization", SIGN_IN);
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return caller.post(path, body, "Authorization", SIGN_IN);
    }
}

package org.transcriptpipeline.ingest.webhook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.FlowEnded;
import org.transcriptpipeline.event.StorableText;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.event.Unknown;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The last call of a flow, a form or a JSON object, with parameters that the flow's author chose. All but a few are
/// answers that the flow collected.
final class FlowEndedDecoder implements EventDecoder {

    private static final Pattern SID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Set<String> ACCOUNT = Set.of("AccountSid", "accountSid");

    /// Deeper than anyone means, and far from what would overflow a reader's stack.
    private static final int DEPTH_LIMIT = 64;

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_LIMIT)
                            .build())
                    .build())
            .build();

    @Override
    public TranscriptEvent decode(ReceivedRequest request, String accountSid) {
        var answers = new LinkedHashMap<String, Object>();
        var notes = new LinkedHashSet<String>();
        if (request.isForm()) {
            var parameters = new Parameters(request.form());
            parameters
                    .all()
                    .forEach((name, values) -> answers.put(name, values.size() == 1 ? values.getFirst() : values));
            notes.addAll(parameters.notes());
        } else {
            answers.putAll(objectIn(request.body(), notes));
        }

        ACCOUNT.forEach(answers::remove);
        var conversationSid = sid(answers, notes, "conversationSid", "ConversationSid");
        var flowSid = sid(answers, notes, "flowSid", "FlowSid");
        var executionSid = sid(answers, notes, "executionSid", "ExecutionSid");
        var reason = take(answers, "reason", "Reason");
        var note = take(answers, "note", "Note");

        var source = Sources.ofFlowEnd(request, accountSid, executionSid, List.copyOf(notes));
        return conversationSid == null
                ? new Unknown(accountSid, null, "missing:conversationSid", source)
                : new FlowEnded(conversationSid, flowSid, executionSid, reason, note, answers, source);
    }

    /// The account that a caller with a password names.
    Set<String> accountsNamedIn(ReceivedRequest request) {
        Map<String, Object> content = new LinkedHashMap<>();
        if (request.isForm()) {
            content.putAll(new Parameters(request.form()).all());
        } else {
            content.putAll(objectIn(request.body(), new LinkedHashSet<>()));
        }
        var named = new LinkedHashSet<String>();
        for (var name : ACCOUNT) {
            switch (content.get(name)) {
                case String text -> named.add(text);
                case List<?> texts -> texts.forEach(text -> named.add(text.toString()));
                case null, default -> {
                    // it names none
                }
            }
        }
        return named;
    }

    private Map<String, Object> objectIn(byte[] body, Set<String> notes) {
        try {
            var tree = mapper.readTree(body);
            if (tree.isObject() && plain(tree, notes) instanceof Map<?, ?> object) {
                var content = new LinkedHashMap<String, Object>();
                object.forEach((name, value) -> content.put(name.toString(), value));
                return content;
            }
        } catch (JacksonException e) {
            // noted below; its message would quote the body
        }
        notes.add("invalid_json");
        return Map.of();
    }

    /// JSON as plain values that every reader of the record can take: no number that another parser would refuse.
    private static @Nullable Object plain(JsonNode node, Set<String> notes) {
        if (node.isObject()) {
            var object = new LinkedHashMap<String, @Nullable Object>();
            node.properties()
                    .forEach(property ->
                            object.put(storable(property.getKey(), notes), plain(property.getValue(), notes)));
            return object;
        }
        if (node.isArray()) {
            var list = new ArrayList<@Nullable Object>();
            node.forEach(element -> list.add(plain(element, notes)));
            return list;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isNumber()) {
            double number = node.doubleValue();
            return Double.isFinite(number) && !node.isIntegralNumber() ? number : (Object) node.asString();
        }
        return node.isNull() ? null : storable(node.asString(), notes);
    }

    private static String storable(String text, Set<String> notes) {
        if (!StorableText.isStorable(text)) {
            notes.add("nul");
        }
        return StorableText.of(text);
    }

    private static @Nullable String sid(Map<String, Object> answers, Set<String> notes, String... names) {
        var text = take(answers, names);
        if (text == null || SID.matcher(text).matches()) {
            return text;
        }
        notes.add("invalid_sid:" + names[0]);
        return null;
    }

    /// Takes the first of the names that has a text out of the answers; of a repeated one, its first text. What is
    /// no text stays an answer.
    private static @Nullable String take(Map<String, Object> answers, String... names) {
        for (var name : names) {
            var value = answers.get(name) instanceof List<?> values && !values.isEmpty()
                    ? values.getFirst()
                    : answers.get(name);
            if (value instanceof String text) {
                answers.remove(name);
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return null;
    }
}

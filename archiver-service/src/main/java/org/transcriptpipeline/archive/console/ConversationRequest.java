package org.transcriptpipeline.archive.console;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.transcriptpipeline.archive.reading.ConversationCursor;
import org.transcriptpipeline.archive.reading.ConversationFilter;
import org.transcriptpipeline.archive.reading.Conversations;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One page of conversations, as it was asked for: by the parameters of a URL, or by a body that may name a person.
///
/// @param after where it begins; null: with the newest
/// @param query the parameters, to ask for the next page with
record ConversationRequest(
        ConversationFilter filter, @Nullable ConversationCursor after, int limit, QueryParameters query) {

    private static final int DEFAULT_LIMIT = 50;
    private static final int LONGEST_ADDRESS = 256;
    private static final int LONGEST_TEXT = 500;
    private static final int LONGEST_CURSOR = 200;
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Set<String> OF_A_URL = Set.of(
            "state",
            "verdict",
            "channel",
            "flow",
            "our-address",
            "failed",
            "handed-over",
            "since",
            "until",
            "limit",
            "cursor");

    /// In a body they are spelt as the answer is; the words of a person are in a body only, since URLs are logged.
    private static final Map<String, String> SPELT_OTHERWISE =
            Map.of("our-address", "ourAddress", "handed-over", "handedOver");

    private static final Set<String> OF_A_BODY = Stream.concat(
                    OF_A_URL.stream().map(name -> SPELT_OTHERWISE.getOrDefault(name, name)),
                    Stream.of("customer", "text"))
            .collect(Collectors.toUnmodifiableSet());

    /// @throws IllegalArgumentException saying what is wrong, without an echo
    static ConversationRequest of(MultiValueMap<String, String> values) {
        var query = new QueryParameters(values, OF_A_URL);
        return of(query, "our-address", "handed-over", null, null);
    }

    /// @throws IllegalArgumentException saying what is wrong, without an echo
    static ConversationRequest of(byte[] body) {
        var query = new QueryParameters(values(body), OF_A_BODY);
        return of(
                query,
                "ourAddress",
                "handedOver",
                query.text("customer", LONGEST_ADDRESS),
                query.text("text", LONGEST_TEXT));
    }

    private static ConversationRequest of(
            QueryParameters query,
            String ourAddress,
            String handedOver,
            @Nullable String customer,
            @Nullable String text) {
        return new ConversationRequest(
                new ConversationFilter(
                        query.oneKnown("state", ConversationFilter.STATES),
                        query.oneKnown("verdict", ConversationFilter.VERDICTS),
                        query.oneKnown("channel", ConversationFilter.CHANNELS),
                        query.sid("flow"),
                        query.text(ourAddress, LONGEST_ADDRESS),
                        query.isTrue("failed"),
                        query.isTrue(handedOver),
                        query.time("since"),
                        query.time("until"),
                        customer,
                        text),
                cursor(query.text("cursor", LONGEST_CURSOR)),
                query.limit(DEFAULT_LIMIT, Conversations.HIGHEST_LIMIT),
                query);
    }

    private static @Nullable ConversationCursor cursor(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            var cursor = ConversationCursor.of(text);
            if (QueryParameters.isSid(cursor.conversationSid()) && QueryParameters.isTellable(cursor.activeAt())) {
                return cursor;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new IllegalArgumentException("cursor is what the page before said is next.");
    }

    private static MultiValueMap<String, String> values(byte[] body) {
        JsonNode document;
        try {
            document = JSON.readTree(body);
        } catch (JacksonException _) {
            throw new IllegalArgumentException("The body is not JSON.");
        }
        if (!document.isObject()
                || !document.properties().stream()
                        .allMatch(field -> field.getValue().isValueNode())) {
            throw new IllegalArgumentException("The body is an object of texts, numbers, true and false.");
        }
        var values = new LinkedMultiValueMap<String, String>();
        document.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> values.add(field.getKey(), field.getValue().asString()));
        return values;
    }

    @Override
    public String toString() {
        return "ConversationRequest"; // somebody's number, somebody's words
    }
}

package org.transcriptpipeline.simulator.rest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.FormBody;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.world.TwilioRefusal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Lists, a page at a time. A page token says behind (or before) which row a page begins, so that rows may come and go
/// while somebody lists.
///
/// @param key what the list is called
/// @param defaultSize of a page
/// @param mostSize of a page; asking for more is refused
/// @param position of a row: grows along the list, or falls along it
/// @param json of a row
/// @param <T> a row
record Paging<T>(String key, int defaultSize, int mostSize, Position<T> position, Function<T, ObjectNode> json) {

    interface Position<T> {

        /// @param number of the row in the list as it is now, from 0
        long of(T row, int number);
    }

    private static final char AFTER = 'A';
    private static final char BEFORE = 'B';

    /// For a list whose rows stay where they are.
    static <T> Paging<T> counted(String key, int defaultSize, int mostSize, Function<T, ObjectNode> json) {
        return new Paging<>(key, defaultSize, mostSize, (_, number) -> number, json);
    }

    /// @param page from 0
    /// @param start number of the first row
    private record Slice<T>(int page, int size, int start, List<T> rows, boolean isLast) {}

    /// With `meta`, its addresses absolute and on Twilio's own host.
    Reply page(Call call, List<T> all) {
        var slice = slice(call, all);
        var body = JsonNodeFactory.instance.objectNode();
        var rows = body.putArray(key);
        slice.rows().forEach(row -> rows.add(json.apply(row)));
        var base = "https://" + call.host() + call.path();
        body.putObject("meta")
                .put("page", slice.page())
                .put("page_size", slice.size())
                .put("first_page_url", base + first(call, slice))
                .put("previous_page_url", prefixed(base, previous(call, slice)))
                .put("url", base + self(call, slice))
                .put("next_page_url", prefixed(base, next(call, slice)))
                .put("key", key);
        return Reply.ok(body);
    }

    /// As the oldest API has it: no `meta`, addresses without a host.
    Reply flatPage(Call call, List<T> all) {
        var slice = slice(call, all);
        int start = slice.start();
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("page", slice.page())
                .put("page_size", slice.size())
                .put("start", start)
                .put("end", start + Math.max(0, slice.rows().size() - 1))
                .put("first_page_uri", call.path() + first(call, slice))
                .put("previous_page_uri", prefixed(call.path(), previous(call, slice)))
                .put("uri", call.path() + self(call, slice))
                .put("next_page_uri", prefixed(call.path(), next(call, slice)));
        var rows = body.putArray(key);
        slice.rows().forEach(row -> rows.add(json.apply(row)));
        return Reply.ok(body);
    }

    private Slice<T> slice(Call call, List<T> all) {
        int size = number(call, "PageSize", defaultSize, 1, mostSize);
        int page = number(call, "Page", 0, 0, Integer.MAX_VALUE);
        var token = call.query("PageToken");
        if (token == null && page > 0) {
            throw TwilioRefusal.badRequest("A page is reached by its PageToken, not by its number");
        }
        int from = 0;
        if (token != null) {
            var decoded = decode(token);
            int at = firstBeyond(all, Long.parseLong(decoded, 1, decoded.length(), 10), decoded.charAt(0) == BEFORE);
            from = decoded.charAt(0) == AFTER ? at : Math.max(0, at - size);
        }
        int to = Math.min(all.size(), from + size);
        int start = Math.min(from, to);
        return new Slice<>(page, size, start, all.subList(start, to), to == all.size());
    }

    /// @param isItself also when the row has that very position
    private int firstBeyond(List<T> all, long place, boolean isItself) {
        int last = all.size() - 1;
        boolean isFalling = last > 0 && position.of(all.getFirst(), 0) > position.of(all.getLast(), last);
        for (int i = 0; i < all.size(); i++) {
            long at = position.of(all.get(i), i);
            if (at == place ? isItself : isFalling ? at < place : at > place) {
                return i;
            }
        }
        return all.size();
    }

    private String first(Call call, Slice<T> slice) {
        return address(call, slice.size(), 0, null);
    }

    private String self(Call call, Slice<T> slice) {
        return address(call, slice.size(), slice.page(), call.query("PageToken"));
    }

    private @Nullable String previous(Call call, Slice<T> slice) {
        return slice.start() == 0 || slice.rows().isEmpty()
                ? null
                : address(
                        call,
                        slice.size(),
                        Math.max(0, slice.page() - 1),
                        encode(BEFORE, slice.rows().getFirst(), slice.start()));
    }

    private @Nullable String next(Call call, Slice<T> slice) {
        return slice.isLast() || slice.rows().isEmpty()
                ? null
                : address(
                        call,
                        slice.size(),
                        slice.page() + 1,
                        encode(
                                AFTER,
                                slice.rows().getLast(),
                                slice.start() + slice.rows().size() - 1));
    }

    private static @Nullable String prefixed(String base, @Nullable String rest) {
        return rest == null ? null : base + rest;
    }

    private static String address(Call call, int size, int page, @Nullable String token) {
        var parameters = new ArrayList<Parameter>();
        call.query().forEach((name, values) -> {
            if (!name.startsWith("Page")) {
                values.forEach(value -> parameters.add(new Parameter(name, value)));
            }
        });
        parameters.add(new Parameter("PageSize", Integer.toString(size)));
        parameters.add(new Parameter("Page", Integer.toString(page)));
        if (token != null) {
            parameters.add(new Parameter("PageToken", token));
        }
        return "?" + FormBody.encode(parameters);
    }

    private static int number(Call call, String name, int otherwise, int least, int most) {
        var text = call.query(name);
        try {
            int number = text == null ? otherwise : Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below, as for a number out of range
        }
        throw TwilioRefusal.badRequest(name + " is a number from " + least + " to " + most);
    }

    /// Opaque to a client, who must not make one.
    private String encode(char kind, T row, int number) {
        var plain = kind + Long.toString(position.of(row, number));
        return "PT"
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString((key + ":" + plain).getBytes(StandardCharsets.UTF_8));
    }

    private String decode(String token) {
        var prefix = key + ":";
        try {
            var plain = new String(Base64.getUrlDecoder().decode(token.substring(2)), StandardCharsets.UTF_8);
            if (token.startsWith("PT") && plain.startsWith(prefix) && plain.matches(prefix + "[AB]-?\\d+")) {
                return plain.substring(prefix.length());
            }
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException _) {
            // said below, as for a token of another list
        }
        throw TwilioRefusal.badRequest("Invalid PageToken");
    }
}

package org.transcriptpipeline.archive.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
import org.transcriptpipeline.event.StorableText;

/// What a request asks for, by name: of its URL, or of a body that says the same. Read strictly, since a filter that is
/// misspelt and ignored would show everything. Whatever is wrong is an [IllegalArgumentException] that says so without
/// an echo.
final class QueryParameters {

    private static final int MOST_VALUES = 100;
    private static final Pattern SID = Pattern.compile("[A-Za-z0-9]{1,64}");
    // beyond these the database has other words for a time, or none
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final MultiValueMap<String, String> values;

    /// @param known the names that there are
    QueryParameters(MultiValueMap<String, String> values, Set<String> known) {
        if (!known.containsAll(values.keySet())) {
            throw new IllegalArgumentException("Parameters are "
                    + String.join(", ", known.stream().sorted().toList()) + ".");
        }
        this.values = values;
    }

    /// Whether a text has the form of a SID; none is longer, and no other character is in one.
    static boolean isSid(String text) {
        return SID.matcher(text).matches();
    }

    /// Whether the database has such times.
    static boolean isTellable(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }

    String one(String name, String otherwise) {
        var given = one(name);
        return given == null ? otherwise : given;
    }

    private @Nullable String one(String name) {
        var given = values.getOrDefault(name, List.of());
        if (given.size() > 1) {
            throw new IllegalArgumentException(name + " is given once.");
        }
        return given.isEmpty() ? null : given.getFirst();
    }

    /// @param longest in characters
    @Nullable
    String text(String name, int longest) {
        var text = one(name);
        if (text != null && (text.isBlank() || text.length() > longest || !StorableText.isStorable(text))) {
            throw new IllegalArgumentException(name + " is a text of 1 to " + longest + " characters.");
        }
        return text;
    }

    List<String> sids(String name) {
        var sids = values.getOrDefault(name, List.of());
        if (sids.size() > MOST_VALUES) {
            throw new IllegalArgumentException(name + " is given " + MOST_VALUES + " times at most.");
        }
        if (!sids.stream().allMatch(sid -> sid != null && isSid(sid))) {
            throw new IllegalArgumentException(name + " is a SID.");
        }
        return sids;
    }

    @Nullable
    String sid(String name) {
        var sid = one(name);
        if (sid != null && !isSid(sid)) {
            throw new IllegalArgumentException(name + " is a SID.");
        }
        return sid;
    }

    List<String> known(String name, List<String> known) {
        var given = values.getOrDefault(name, List.of());
        if (!known.containsAll(given)) {
            throw new IllegalArgumentException(name + " is one of " + String.join(", ", known) + ".");
        }
        return given;
    }

    @Nullable
    String oneKnown(String name, List<String> known) {
        known(name, known);
        return one(name);
    }

    /// A day begins at midnight, UTC.
    @Nullable
    Instant time(String name) {
        var text = one(name, "");
        try {
            var time = text.isEmpty()
                    ? null
                    : text.contains("T")
                            ? Instant.parse(text)
                            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            if (time == null || isTellable(time)) {
                return time;
            }
        } catch (DateTimeException _) {
            // said below
        }
        throw new IllegalArgumentException(name + " is a day, 2026-11-01, or a time, 2026-11-01T08:00:00Z.");
    }

    boolean isTrue(String name) {
        return switch (one(name, "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " is true or false.");
        };
    }

    int limit(int otherwise, int highest) {
        try {
            int limit = Integer.parseInt(one("limit", String.valueOf(otherwise)));
            if (limit >= 1 && limit <= highest) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException("limit is 1 to " + highest + ".");
    }

    /// The value of a header `Link` that leads to the next page, by the same parameters and one that says where it
    /// begins. Without a host, since a proxy may know us by another.
    String linkToNext(String path, String name, String value) {
        var uri = UriComponentsBuilder.fromPath(path);
        // each value for itself, so that none of them is taken for a template
        var variables = new HashMap<String, Object>();
        values.forEach((parameter, given) -> {
            if (!parameter.equals(name)) {
                for (var one : given) {
                    var variable = "v" + variables.size();
                    variables.put(variable, one == null ? "" : one);
                    uri.queryParam(parameter, "{" + variable + "}");
                }
            }
        });
        variables.put("next", value);
        uri.queryParam(name, "{next}");
        return "<" + uri.encode().buildAndExpand(variables).toUriString() + ">; rel=\"next\"";
    }

    @Override
    public String toString() {
        return "QueryParameters"; // somebody's number, somebody's words
    }
}

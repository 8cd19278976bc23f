package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.reading.ConversationCursor;
import org.transcriptpipeline.archive.reading.ConversationFilter;
import org.transcriptpipeline.archive.reading.Conversations;

/// The list of conversations, newest first.
@RestController
class ConversationPages {

    private static final int PAGE = 50;
    private static final int LONGEST = 200;

    /// What stands in the address of a list: nothing of a person.
    private static final Set<String> PARAMETERS =
            Set.of("state", "verdict", "channel", "flow", "our", "failed", "handed-over", "since", "until", "search");

    private final Conversations conversations;
    private final Pages pages;

    ConversationPages(Conversations conversations, Pages pages) {
        this.conversations = conversations;
        this.pages = pages;
    }

    @GetMapping("/")
    ResponseEntity<String> list(
            @RequestParam MultiValueMap<String, String> query,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request) {
        return list("conversations", query, user, request);
    }

    /// The rows alone, for a page that is open.
    @GetMapping("/conversations")
    ResponseEntity<String> rows(
            @RequestParam MultiValueMap<String, String> query,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request) {
        return list("conversations :: #list", query, user, request);
    }

    private ResponseEntity<String> list(
            String template, MultiValueMap<String, String> query, ConsoleUser user, HttpServletRequest request) {
        var searchKey = value(query, "search");
        var search = searchKey == null ? Searches.Search.NONE : Searches.find(request.getSession(), searchKey);
        ConversationFilter filter;
        @Nullable ConversationCursor after;
        try {
            filter = filter(query, search == null ? Searches.Search.NONE : search);
            var cursor = value(query, "after");
            after = cursor == null ? null : ConversationCursor.of(cursor);
        } catch (IllegalArgumentException | DateTimeException _) {
            return pages.failure(HttpStatus.BAD_REQUEST, "failure.address", request);
        }
        var page = conversations.page(user.by(Reader.Via.CONSOLE), filter, after, PAGE);
        var variables = new HashMap<String, @Nullable Object>();
        variables.put("page", page);
        variables.put("filter", filter);
        variables.put("isForgotten", search == null);
        variables.put("isFirst", after == null);
        variables.put("states", ConversationFilter.STATES);
        variables.put("verdicts", ConversationFilter.VERDICTS);
        variables.put("channels", ConversationFilter.CHANNELS);
        variables.put("since", value(query, "since"));
        variables.put("until", value(query, "until"));
        variables.put("searchKey", search == null ? null : searchKey);
        variables.put("here", address(query, null));
        variables.put(
                "next", page.next() == null ? null : address(query, page.next().toText()));
        variables.put("isFiltered", query.keySet().stream().anyMatch(PARAMETERS::contains));
        return pages.page(template, request, variables);
    }

    /// Takes the form of the filters, and leads to the list: what is of a person stays in the session.
    @PostMapping("/")
    ResponseEntity<Void> filter(@RequestParam MultiValueMap<String, String> form, HttpServletRequest request) {
        var customer = value(form, "customer");
        var text = value(form, "text");
        form.remove("search");
        if (customer != null || text != null) {
            form.set("search", Searches.keep(request.getSession(), new Searches.Search(customer, text)));
        }
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("./" + address(form, null)))
                .build();
    }

    private static ConversationFilter filter(MultiValueMap<String, String> query, Searches.Search search) {
        return new ConversationFilter(
                value(query, "state"),
                value(query, "verdict"),
                value(query, "channel"),
                value(query, "flow"),
                value(query, "our"),
                value(query, "failed") != null,
                value(query, "handed-over") != null,
                day(query, "since", 0),
                day(query, "until", 1),
                search.customer(),
                search.text());
    }

    /// @return null: it is not given, or empty, as in a form that was not filled in
    private static @Nullable String value(MultiValueMap<String, String> query, String name) {
        var value = query.getFirst(name);
        if (value == null || value.isBlank()) {
            return null;
        }
        if (value.length() > LONGEST) {
            throw new IllegalArgumentException(name + " is too long");
        }
        return value.strip();
    }

    /// The beginning of a day (UTC).
    private static @Nullable Instant day(MultiValueMap<String, String> query, String name, int later) {
        var day = value(query, name);
        return day == null
                ? null
                : LocalDate.parse(day)
                        .plusDays(later)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
    }

    /// The query of this list, or of the page of it that begins behind a cursor.
    private static String address(Map<String, List<String>> query, @Nullable String after) {
        var address = UriComponentsBuilder.newInstance();
        query.forEach((name, values) -> {
            if (PARAMETERS.contains(name)
                    && !values.isEmpty()
                    && !values.getFirst().isBlank()) {
                address.queryParam(name, "{" + name + "}");
            }
        });
        if (after != null) {
            address.queryParam("after", "{after}");
        }
        var values = new HashMap<String, String>();
        query.forEach((name, all) ->
                values.put(name, all.isEmpty() ? "" : all.getFirst().strip()));
        values.put("after", after == null ? "" : after);
        return address.encode().buildAndExpand(values).toUriString();
    }
}

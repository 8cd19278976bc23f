package org.transcriptpipeline.archive.console;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.reading.ConversationPage;
import org.transcriptpipeline.archive.reading.ConversationRow;
import org.transcriptpipeline.archive.reading.Conversations;

/// The conversations that somebody may see, page by page, and one of them with what belongs to it. What is of a person
/// is asked for in a body: URLs are kept in logs, histories and proxies.
@RestController
class ConversationApi {

    private static final int MOST_BODY_BYTES = 16 * 1024;

    private final Conversations conversations;

    ConversationApi(Conversations conversations) {
        this.conversations = conversations;
    }

    @GetMapping("/api/conversations")
    ResponseEntity<Object> list(
            @RequestParam MultiValueMap<String, String> query, @AuthenticationPrincipal ConsoleUser user) {
        ConversationRequest request;
        try {
            request = ConversationRequest.of(query);
        } catch (IllegalArgumentException e) {
            return Problems.answer(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        var page = page(request, user);
        var headers = new HttpHeaders();
        if (page.next() != null) {
            headers.set(HttpHeaders.LINK, request.query().linkToNext("/api/conversations", "cursor", page.next()));
        }
        return EntityTags.json(page, headers);
    }

    /// The same for who names a customer, or words of a message.
    @PostMapping("/api/conversations/search")
    ResponseEntity<Object> search(HttpServletRequest http, @AuthenticationPrincipal ConsoleUser user)
            throws IOException {
        var body = http.getInputStream().readNBytes(MOST_BODY_BYTES + 1);
        if (body.length > MOST_BODY_BYTES) {
            return Problems.answer(
                    HttpStatus.CONTENT_TOO_LARGE, "The body has more than " + MOST_BODY_BYTES + " bytes.");
        }
        ConversationRequest request;
        try {
            request = ConversationRequest.of(body);
        } catch (IllegalArgumentException e) {
            return Problems.answer(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        return EntityTags.json(page(request, user), new HttpHeaders());
    }

    @GetMapping("/api/conversations/{conversationSid}")
    ResponseEntity<Object> show(@PathVariable String conversationSid, @AuthenticationPrincipal ConsoleUser user) {
        var details = QueryParameters.isSid(conversationSid)
                ? conversations
                        .details(user.by(Reader.Via.API), conversationSid)
                        .orElse(null)
                : null;
        return details == null ? Problems.unknownConversation() : EntityTags.json(details, new HttpHeaders());
    }

    private Page page(ConversationRequest request, ConsoleUser user) {
        var page = conversations.page(user.by(Reader.Via.API), request.filter(), request.after(), request.limit());
        return new Page(
                page.conversations().stream().map(Row::of).toList(),
                page.next() == null ? null : page.next().toText());
    }

    /// @param next the cursor of the next page; null: this is the last one
    record Page(List<Row> conversations, @Nullable String next) {}

    /// One conversation of a page, all in one object.
    record Row(
            @JsonUnwrapped ConversationRow conversation,
            @Nullable String lastText,
            @Nullable String lastAuthorKind,
            @Nullable String highlight,
            @Nullable String handoffStatus) {

        static Row of(ConversationPage.Listed listed) {
            return new Row(
                    listed.conversation(),
                    listed.lastText(),
                    listed.lastAuthorKind(),
                    listed.highlight(),
                    listed.handoffStatus());
        }

        @Override
        public String toString() {
            return "Row[" + conversation.conversationSid() + "]"; // somebody's words
        }
    }
}

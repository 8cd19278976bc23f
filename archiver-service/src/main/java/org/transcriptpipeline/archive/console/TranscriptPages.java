package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.access.ConversationAccess;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.handoff.HandoffDesk;
import org.transcriptpipeline.archive.reading.ConversationRow;
import org.transcriptpipeline.archive.reading.TranscriptWindow;
import org.transcriptpipeline.archive.reading.TranscriptWindows;
import org.transcriptpipeline.archive.reading.TranscriptWindows.Place;

/// One conversation: its messages, a window at a time, and what became of it.
@RestController
class TranscriptPages {

    private static final int WINDOW = 100;
    private static final int LONGEST_NOTE = 2000;

    /// What a transcript can be taken along as, from the API.
    private static final List<String> FILES = List.of("pdf", "txt", "csv", "json");

    private final TranscriptWindows transcripts;
    private final ConversationAccess access;
    private final HandoffDesk desk;
    private final Pages pages;

    TranscriptPages(TranscriptWindows transcripts, ConversationAccess access, HandoffDesk desk, Pages pages) {
        this.transcripts = transcripts;
        this.access = access;
        this.desk = desk;
        this.pages = pages;
    }

    /// @param message that a permanent link leads to; null: the newest messages
    /// @param before the position that the window ends before; null: it does not
    /// @param from the position that the window begins at; null: it does not
    /// @param done what a button has just done
    @GetMapping("/conversations/{conversationSid}")
    ResponseEntity<String> show(
            @PathVariable String conversationSid,
            @RequestParam(required = false) @Nullable String message,
            @RequestParam(required = false) @Nullable Long before,
            @RequestParam(required = false) @Nullable Long from,
            @RequestParam(required = false) @Nullable String done,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request) {
        var place = place(message, before, from);
        var opened = transcripts.open(user.by(Reader.Via.CONSOLE), conversationSid, place, WINDOW);
        if (opened.isEmpty()) {
            return pages.failure(HttpStatus.NOT_FOUND, "failure.conversation", request);
        }
        var details = opened.get().details();
        var variables = window(details.conversation(), opened.get().window(), place);
        variables.put("details", details);
        variables.put("files", FILES);
        variables.put("done", done);
        return pages.page("transcript", request, variables);
    }

    /// The messages alone, for a page that is open.
    @GetMapping("/conversations/{conversationSid}/messages")
    ResponseEntity<String> messages(
            @PathVariable String conversationSid,
            @RequestParam(required = false) @Nullable Long before,
            @RequestParam(required = false) @Nullable Long from,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request) {
        var place = place(null, before, from);
        // a page that is open grows: the window that it began with, and what came since
        int limit = from == null ? WINDOW : TranscriptWindows.HIGHEST_LIMIT;
        var seen = transcripts.read(user.by(Reader.Via.CONSOLE), conversationSid, place, limit);
        return seen.isEmpty()
                ? pages.failure(HttpStatus.NOT_FOUND, "failure.conversation", request)
                : pages.page(
                        "transcript :: #window",
                        request,
                        window(seen.get().conversation(), seen.get().window(), place));
    }

    /// Asks for a handoff, which comes when it has settled.
    @PostMapping("/conversations/{conversationSid}/handoffs")
    ResponseEntity<?> handOver(
            @PathVariable String conversationSid,
            @RequestParam(required = false) @Nullable String note,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request)
            throws InterruptedException {
        if (note != null && note.length() > LONGEST_NOTE) {
            return pages.failure(HttpStatus.BAD_REQUEST, "failure.note", request);
        }
        if (!access.isOpen(user.by(Reader.Via.CONSOLE), conversationSid, "request_handoff")) {
            return pages.failure(HttpStatus.NOT_FOUND, "failure.conversation", request);
        }
        var words = note == null || note.isBlank() ? null : note.strip();
        var handoff = desk.request(conversationSid, UUID.randomUUID().toString(), words, user.name());
        return handoff == null
                ? pages.failure(HttpStatus.NOT_FOUND, "failure.conversation", request)
                : back("../" + conversationSid + "?done=requested");
    }

    /// The newest transcript of a handoff once more, to all its destinations.
    @PostMapping("/conversations/{conversationSid}/handoffs/{handoffId}/resend")
    ResponseEntity<?> resend(
            @PathVariable String conversationSid,
            @PathVariable String handoffId,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request) {
        if (!access.isHandoffOpen(user.by(Reader.Via.CONSOLE), handoffId, "resend_handoff")) {
            return pages.failure(HttpStatus.NOT_FOUND, "failure.handoff", request);
        }
        var done = switch (desk.resend(handoffId)) {
            case HandoffDesk.Repeated _, HandoffDesk.Released _ -> "resent";
            case HandoffDesk.NotReady _ -> "settling";
            case HandoffDesk.Unknown _ -> "unknown";
        };
        return back("../../../" + conversationSid + "?done=" + done);
    }

    private static Map<String, @Nullable Object> window(
            ConversationRow conversation, TranscriptWindow window, Place place) {
        var variables = new HashMap<String, @Nullable Object>();
        variables.put("conversation", conversation);
        variables.put("window", window);
        variables.put("isNewest", place instanceof TranscriptWindows.Newest);
        return variables;
    }

    private static Place place(@Nullable String message, @Nullable Long before, @Nullable Long from) {
        if (message != null) {
            return new TranscriptWindows.Around(message);
        }
        if (before != null) {
            return new TranscriptWindows.Before(before);
        }
        return from == null ? new TranscriptWindows.Newest() : new TranscriptWindows.From(from);
    }

    /// To the page itself, so that reloading it presses no button.
    private static ResponseEntity<Void> back(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create(address))
                .build();
    }
}

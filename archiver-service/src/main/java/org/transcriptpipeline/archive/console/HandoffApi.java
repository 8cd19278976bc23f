package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.access.ConversationAccess;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.flow.FlowStop;
import org.transcriptpipeline.archive.handoff.HandoffDesk;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a signed-in person or program may ask of handoffs. No answer holds anybody's words. What their team does not
/// see is not there, and what they asked for is written down before it is done.
@RestController
class HandoffApi {

    private static final int MOST_BODY_BYTES = 16 * 1024;
    private static final int LONGEST_NOTE = 2000;
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,100}");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ConversationAccess access;
    private final HandoffDesk desk;
    private final FlowStop flows;

    HandoffApi(ConversationAccess access, HandoffDesk desk, FlowStop flows) {
        this.access = access;
        this.desk = desk;
        this.flows = flows;
    }

    /// Asks for a handoff. Accepted, not done: it settles first.
    @PostMapping("/api/conversations/{conversationSid}/handoffs")
    ResponseEntity<Object> request(
            @PathVariable String conversationSid,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            HttpServletRequest request,
            @AuthenticationPrincipal ConsoleUser user)
            throws IOException {
        var body = request.getInputStream().readNBytes(MOST_BODY_BYTES + 1);
        if (body.length > MOST_BODY_BYTES) {
            return Problems.answer(
                    HttpStatus.CONTENT_TOO_LARGE, "The body has more than " + MOST_BODY_BYTES + " bytes.");
        }
        if (idempotencyKey != null && !IDEMPOTENCY_KEY.matcher(idempotencyKey).matches()) {
            return Problems.answer(HttpStatus.BAD_REQUEST, "Idempotency-Key has to be 1 to 100 visible characters.");
        }
        Wish wish;
        try {
            wish = wish(body);
        } catch (IllegalArgumentException e) {
            return Problems.answer(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        if (!access.isOpen(reader(user), conversationSid, "request_handoff")) {
            return Problems.unknownConversation();
        }
        var requestId = idempotencyKey == null ? UUID.randomUUID().toString() : idempotencyKey;
        @Nullable String handoffId;
        try {
            handoffId = desk.request(conversationSid, requestId, wish.note(), user.getName());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Problems.answer(HttpStatus.SERVICE_UNAVAILABLE, "The service is stopping.");
        }
        if (handoffId == null) {
            return Problems.unknownConversation();
        }
        var answer = new LinkedHashMap<String, Object>();
        answer.put("handoffId", handoffId);
        answer.put("status", "requested");
        return accepted(handoffId, answer);
    }

    @GetMapping("/api/handoffs/{handoffId}")
    ResponseEntity<Object> state(@PathVariable String handoffId, @AuthenticationPrincipal ConsoleUser user) {
        var state = isOpen(user, handoffId, "show_handoff") ? desk.state(handoffId) : null;
        return state == null ? unknownHandoff() : ResponseEntity.ok(state);
    }

    /// The newest transcript once more, to all destinations.
    @PostMapping("/api/handoffs/{handoffId}/resend")
    ResponseEntity<Object> resend(@PathVariable String handoffId, @AuthenticationPrincipal ConsoleUser user) {
        if (!isOpen(user, handoffId, "resend_handoff")) {
            return unknownHandoff();
        }
        return switch (desk.resend(handoffId)) {
            case HandoffDesk.Repeated(int version) -> {
                var answer = new LinkedHashMap<String, Object>();
                answer.put("handoffId", handoffId);
                answer.put("status", "ready");
                answer.put("version", version);
                yield accepted(handoffId, answer);
            }
            case HandoffDesk.Released _ -> {
                var answer = new LinkedHashMap<String, Object>();
                answer.put("handoffId", handoffId);
                answer.put("status", "settling");
                yield accepted(handoffId, answer);
            }
            case HandoffDesk.NotReady _ ->
                Problems.answer(HttpStatus.CONFLICT, "It settles still; its transcript goes out by itself.");
            case HandoffDesk.Unknown _ -> unknownHandoff();
        };
    }

    /// "I have it".
    @PostMapping("/api/handoffs/{handoffId}/take")
    ResponseEntity<Object> take(@PathVariable String handoffId, @AuthenticationPrincipal ConsoleUser user) {
        var state = isOpen(user, handoffId, "take_handoff") ? desk.take(handoffId, user.getName()) : null;
        return state == null ? unknownHandoff() : ResponseEntity.ok(state);
    }

    /// Takes the flow out of the conversation, so that it answers no more.
    @PostMapping("/api/conversations/{conversationSid}/flow/stop")
    ResponseEntity<Object> stopFlow(@PathVariable String conversationSid, @AuthenticationPrincipal ConsoleUser user) {
        if (!access.isOpen(reader(user), conversationSid, "stop_flow")) {
            return Problems.unknownConversation();
        }
        return switch (flows.stop(conversationSid)) {
            case FlowStop.Stopped(int count) -> stopped(conversationSid, count);
            case FlowStop.NoneAttached _ -> stopped(conversationSid, 0);
            case FlowStop.UnknownConversation _ -> Problems.unknownConversation();
            case FlowStop.Gone _ -> Problems.answer(HttpStatus.NOT_FOUND, "Twilio does not know this conversation.");
            case FlowStop.NoAccount _ ->
                Problems.answer(HttpStatus.CONFLICT, "The conversation's account has no secret here.");
            case FlowStop.Failed(var reason) -> Problems.answer(HttpStatus.BAD_GATEWAY, "Twilio: " + reason);
        };
    }

    private boolean isOpen(ConsoleUser user, String handoffId, String action) {
        return access.isHandoffOpen(reader(user), handoffId, action);
    }

    private static Reader reader(ConsoleUser user) {
        return user.by(Reader.Via.API);
    }

    private static ResponseEntity<Object> stopped(String conversationSid, int flows) {
        return ResponseEntity.ok(Map.of("conversationSid", conversationSid, "stoppedFlows", flows));
    }

    private static ResponseEntity<Object> accepted(String handoffId, Object answer) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/handoffs/" + handoffId))
                .body(answer);
    }

    private static ResponseEntity<Object> unknownHandoff() {
        return Problems.answer(
                HttpStatus.NOT_FOUND, "There is no such handoff. One that was just asked for is there in a moment.");
    }

    private static Wish wish(byte[] body) {
        if (body.length == 0) {
            return new Wish(null);
        }
        JsonNode document;
        try {
            document = JSON.readTree(body);
        } catch (JacksonException _) {
            throw new IllegalArgumentException("The body is not JSON.");
        }
        var note = document.path("note");
        if (!document.isObject() || !(note.isMissingNode() || note.isNull() || note.isString())) {
            throw new IllegalArgumentException("The body is an object whose note, if any, is a text.");
        }
        if (!note.isString() || note.stringValue().isBlank()) {
            return new Wish(null);
        }
        var text = note.stringValue().strip();
        if (text.length() > LONGEST_NOTE) {
            throw new IllegalArgumentException("The note has more than " + LONGEST_NOTE + " characters.");
        }
        return new Wish(text);
    }

    private record Wish(@Nullable String note) {
        @Override
        public String toString() {
            return "Wish"; // somebody's words
        }
    }
}

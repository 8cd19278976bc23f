package org.transcriptpipeline.archive.console;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.access.ConversationAccess;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.console.TakePageWriter.Page;
import org.transcriptpipeline.archive.flow.FlowStop;
import org.transcriptpipeline.archive.handoff.HandoffDesk;
import org.transcriptpipeline.rules.TakeLinks;

/// The page behind the link in a mail: says how a handoff stands, and takes it, or the flow out of its
/// conversation, at the press of a button. Looking changes nothing, since mail scanners open links. Says nothing
/// about any person.
///
/// The link's destination is its fingerprint; who that is stays with the notifier. A link has no team: whoever holds it
/// was sent the transcript of this one conversation, and it leads to no other. Following it is written down all the
/// same.
@RestController
class TakePages {

    private static final Pattern HANDOFF = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern DESTINATION = Pattern.compile("[0-9a-f]{16}");
    private static final String UNKNOWN = "00000000-0000-0000-0000-000000000000";

    private final @Nullable TakeLinks links;
    private final ConversationAccess access;
    private final HandoffDesk desk;
    private final FlowStop flows;
    private final TakePageWriter writer;
    private final MeterRegistry meters;

    TakePages(
            ConsoleProperties properties,
            ConversationAccess access,
            HandoffDesk desk,
            FlowStop flows,
            TakePageWriter writer,
            MeterRegistry meters) {
        this.links = properties.takeLinks();
        this.access = access;
        this.desk = desk;
        this.flows = flows;
        this.writer = writer;
        this.meters = meters;
    }

    /// @param flow what came of the button that stops the flow
    @GetMapping("/handoffs/{handoffId}/{destination}/{token}")
    ResponseEntity<String> show(
            @PathVariable String handoffId,
            @PathVariable String destination,
            @PathVariable String token,
            @RequestParam(name = "flow", required = false) @Nullable String flow,
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages) {
        var state = isOpen(handoffId, destination, token, "show_handoff") ? desk.state(handoffId) : null;
        count(state == null ? "wrong" : "shown");
        return state == null
                ? html(HttpStatus.NOT_FOUND, writer.unknown(languages))
                : html(HttpStatus.OK, writer.page(Page.of(state, destination, token, flow), languages));
    }

    @PostMapping("/handoffs/{handoffId}/{destination}/{token}/take")
    ResponseEntity<String> take(
            @PathVariable String handoffId,
            @PathVariable String destination,
            @PathVariable String token,
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages) {
        var state = isOpen(handoffId, destination, token, "take_handoff") ? desk.take(handoffId, destination) : null;
        count(state == null ? "wrong" : "taken");
        return state == null ? html(HttpStatus.NOT_FOUND, writer.unknown(languages)) : back(token, null);
    }

    @PostMapping("/handoffs/{handoffId}/{destination}/{token}/stop-flow")
    ResponseEntity<String> stopFlow(
            @PathVariable String handoffId,
            @PathVariable String destination,
            @PathVariable String token,
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages) {
        var state = isOpen(handoffId, destination, token, "stop_flow") ? desk.state(handoffId) : null;
        count(state == null ? "wrong" : "flow_stopped");
        if (state == null) {
            return html(HttpStatus.NOT_FOUND, writer.unknown(languages));
        }
        var result = switch (flows.stop(state.conversationSid())) {
            case FlowStop.Stopped _ -> "stopped";
            case FlowStop.NoneAttached _, FlowStop.Gone _, FlowStop.UnknownConversation _ -> "none";
            case FlowStop.NoAccount _, FlowStop.Failed _ -> "failed";
        };
        return back(token, result);
    }

    /// A link that is none of ours asks nothing of the database.
    private boolean isOpen(String handoffId, String destination, String token, String action) {
        return isGenuine(handoffId, destination, token)
                && access.isHandoffOpen(new Reader("link:" + destination, null, Reader.Via.CONSOLE), handoffId, action);
    }

    /// Does the same work for whatever is asked.
    private boolean isGenuine(String handoffId, String destination, String token) {
        boolean isWellFormed = HANDOFF.matcher(handoffId).matches()
                && DESTINATION.matcher(destination).matches();
        return links != null
                && links.isGenuine(isWellFormed ? handoffId : UNKNOWN, isWellFormed ? destination : "", token)
                && isWellFormed;
    }

    /// To the page itself, so that reloading it presses no button. Relative, since a proxy may know us by another
    /// path.
    private static ResponseEntity<String> back(String token, @Nullable String flow) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("../" + token + (flow == null ? "" : "?flow=" + flow)))
                .build();
    }

    private static ResponseEntity<String> html(HttpStatus status, String page) {
        return ResponseEntity.status(status)
                .contentType(MediaType.parseMediaType("text/html;charset=UTF-8"))
                .body(page);
    }

    private void count(String outcome) {
        meters.counter("transcripts_take_links", "outcome", outcome).increment();
    }
}

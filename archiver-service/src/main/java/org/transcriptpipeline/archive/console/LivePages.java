package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.live.LiveStreams;
import org.transcriptpipeline.archive.reading.Conversations;

/// Server-sent events for pages that are open: `changed`, without a word of what.
@RestController
class LivePages {

    private final LiveStreams streams;
    private final Conversations conversations;

    LivePages(LiveStreams streams, Conversations conversations) {
        this.streams = streams;
        this.conversations = conversations;
    }

    /// @param conversation SID of the one whose page it is; null: a list
    @GetMapping("/live")
    void live(
            @RequestParam(required = false) @Nullable String conversation,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        var reader = user.by(Reader.Via.CONSOLE);
        if (conversation != null && !conversations.isSeen(reader, conversation)) {
            response.setStatus(HttpStatus.NOT_FOUND.value());
            return;
        }
        try (var stream = streams.open(reader, conversation)) {
            if (stream == null) {
                response.setHeader(HttpHeaders.RETRY_AFTER, "60");
                response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
                return;
            }
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setCharacterEncoding("UTF-8");
            response.setHeader("X-Accel-Buffering", "no"); // nginx would collect it
            stream.write(response.getOutputStream());
        }
    }
}

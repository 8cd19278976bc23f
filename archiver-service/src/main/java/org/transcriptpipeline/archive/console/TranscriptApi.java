package org.transcriptpipeline.archive.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.transcript.Transcripts;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.transcript.Attachment;
import org.transcriptpipeline.transcript.TranscriptRenderer;
import org.transcriptpipeline.transcript.WorkFiles;

/// The transcript of a conversation as it stands, in the words and forms of the mails.
///
/// It is written to a file first and sent then: a slow reader holds no transaction, what goes wrong is told by a
/// status, and the hash of it is known before the first byte goes out.
@RestController
class TranscriptApi {

    private static final String DISPOSITION = "%s; filename=\"%s.%s\"";

    /// The first is what who does not mind gets.
    private static final List<Offer> OFFERS = List.of(
            new Offer(Form.JSON, MediaType.APPLICATION_JSON),
            new Offer(Form.TEXT, MediaType.TEXT_PLAIN),
            new Offer(Form.CSV, MediaType.parseMediaType("text/csv")),
            new Offer(Form.HTML, MediaType.TEXT_HTML));

    private final Transcripts transcripts;
    private final TranscriptRenderer renderer = TranscriptRenderer.usual();
    private final Semaphore places;
    private final String contentSecurityPolicy;

    TranscriptApi(Transcripts transcripts, ApiProperties properties) {
        this.transcripts = transcripts;
        this.places = new Semaphore(properties.transcriptsAtOnce());
        // its own style by its hash, and nothing else, whatever somebody managed to write into a message
        this.contentSecurityPolicy = "default-src 'none'; style-src " + String.join(" ", renderer.styleHashes())
                + "; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    }

    @GetMapping("/api/conversations/{conversationSid}/transcript")
    void inTheFormAccepted(
            @PathVariable String conversationSid,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        var form = form(accept);
        if (form == null) {
            Problems.write(
                    response,
                    HttpStatus.NOT_ACCEPTABLE,
                    "A transcript is application/json, text/plain, text/csv or text/html.");
            return;
        }
        answer(conversationSid, form, user, request, response);
    }

    @GetMapping("/api/conversations/{conversationSid}/transcript.{suffix}")
    void inTheFormNamed(
            @PathVariable String conversationSid,
            @PathVariable String suffix,
            @AuthenticationPrincipal ConsoleUser user,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var form = switch (suffix) {
            case "json" -> Form.JSON;
            case "txt" -> Form.TEXT;
            case "csv" -> Form.CSV;
            case "html" -> Form.HTML;
            case "pdf" -> Form.PDF;
            default -> null;
        };
        if (form == null) {
            Problems.write(response, HttpStatus.NOT_FOUND, "A transcript is .json, .txt, .csv, .html or .pdf.");
            return;
        }
        answer(conversationSid, form, user, request, response);
    }

    private void answer(
            String conversationSid,
            Form form,
            ConsoleUser user,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (!hasPlace()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            Problems.write(response, HttpStatus.TOO_MANY_REQUESTS, "Too many transcripts at once.");
            return;
        }
        try {
            var file = file(conversationSid, form, user);
            if (file == null) {
                Problems.write(response, HttpStatus.NOT_FOUND, Problems.UNKNOWN_CONVERSATION);
                return;
            }
            try {
                send(conversationSid, form, file, request, response);
            } finally {
                WorkFiles.delete(file.file());
            }
        } finally {
            places.release();
        }
    }

    /// The words are no longer in memory when they are sent.
    private @Nullable Attachment file(String conversationSid, Form form, ConsoleUser user) {
        return QueryParameters.isSid(conversationSid)
                ? transcripts
                        .of(user.by(Reader.Via.API), conversationSid)
                        .map(snapshot -> renderer.file(snapshot, Presentation.USUAL, form))
                        .orElse(null)
                : null;
    }

    /// Whether there was one within a second: who asks for one after another gets the last byte of one a moment before
    /// its place is free.
    private boolean hasPlace() {
        try {
            return places.tryAcquire(1, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void send(
            String conversationSid,
            Form form,
            Attachment file,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        response.setHeader(HttpHeaders.CACHE_CONTROL, EntityTags.CACHE_CONTROL);
        if (new ServletWebRequest(request, response).checkNotModified(EntityTags.tag(sha256(file.file())))) {
            return; // 304 by now
        }
        response.setContentType(file.contentType());
        response.setContentLengthLong(Files.size(file.file()));
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                DISPOSITION.formatted(
                        switch (form) {
                            case JSON, TEXT, HTML -> "inline";
                            case CSV, PDF -> "attachment";
                        },
                        conversationSid,
                        switch (form) {
                            case TEXT -> "txt";
                            case JSON, CSV, HTML, PDF -> form.name().toLowerCase(Locale.ROOT);
                        }));
        if (form == Form.HTML) {
            response.setHeader("Content-Security-Policy", contentSecurityPolicy);
        }
        Files.copy(file.file(), response.getOutputStream());
    }

    private static byte[] sha256(Path file) throws IOException {
        var digest = EntityTags.newSha256();
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return digest.digest();
    }

    /// By RFC 9110: of each form the most specific range that fits says how welcome it is.
    ///
    /// @return null: none of ours is welcome
    static @Nullable Form form(@Nullable String accept) {
        List<MediaType> ranges;
        try {
            ranges = accept == null || accept.isBlank() ? List.of(MediaType.ALL) : MediaType.parseMediaTypes(accept);
        } catch (InvalidMediaTypeException _) {
            return null;
        }
        @Nullable Offer best = null;
        double most = 0;
        for (var offer : OFFERS) {
            double welcome = welcome(offer.type(), ranges);
            if (welcome > most) {
                best = offer;
                most = welcome;
            }
        }
        return best == null ? null : best.form();
    }

    private static double welcome(MediaType type, List<MediaType> ranges) {
        double welcome = 0;
        int specific = -1;
        for (var range : ranges) {
            int howSpecific = range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
            if (range.includes(type) && howSpecific > specific) {
                specific = howSpecific;
                welcome = range.getQualityValue();
            }
        }
        return welcome;
    }

    private record Offer(Form form, MediaType type) {}
}

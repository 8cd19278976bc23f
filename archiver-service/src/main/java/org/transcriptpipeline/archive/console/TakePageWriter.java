package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.handoff.HandoffDesk;

/// The operator's page, from `take.html`, in the reader's language where there are words of it: `take_de.properties`.
@Component
class TakePageWriter {

    private final PageEngine engine;
    private final String style = resource("take.css");

    TakePageWriter(PageEngine engine) {
        this.engine = engine;
    }

    /// The page's own style and forms, and nothing else: no script, no picture, no frame.
    String contentSecurityPolicy() {
        return "default-src 'none'; style-src 'sha256-" + sha256(style)
                + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }

    String page(Page page, @Nullable String languages) {
        return write(page, languages);
    }

    /// For a link that is none of ours: says nothing about what there is.
    String unknown(@Nullable String languages) {
        return write(null, languages);
    }

    private String write(@Nullable Page page, @Nullable String languages) {
        var variables = new HashMap<String, @Nullable Object>();
        variables.put("style", style);
        variables.put("isKnown", page != null);
        if (page != null) {
            variables.put("token", page.token());
            variables.put("conversationSid", page.conversationSid());
            variables.put("reference", page.reference());
            variables.put("status", page.status());
            variables.put("isYours", page.isYours());
            variables.put("flow", page.flow());
            variables.put(
                    "takenAt",
                    page.takenAt() == null ? null : engine.words(languages).time(page.takenAt()));
        }
        return engine.page("take", languages, variables);
    }

    private static String resource(String name) {
        try (var stream = Objects.requireNonNull(TakePageWriter.class.getResourceAsStream(name))) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// What the page says.
    ///
    /// @param token the last part of the link, to which its buttons are relative
    /// @param reference what mails call the handoff
    /// @param isYours the reader's own destination has it
    /// @param flow `stopped`, `none` or `failed`; null: the button was not pressed
    record Page(
            String token,
            String conversationSid,
            String reference,
            String status,
            @Nullable Instant takenAt,
            boolean isYours,
            @Nullable String flow) {

        static Page of(HandoffDesk.State state, String destination, String token, @Nullable String flow) {
            return new Page(
                    token,
                    state.conversationSid(),
                    state.handoffId().substring(0, 8),
                    state.status(),
                    state.takenAt(),
                    destination.equals(state.takenBy()),
                    flow != null && List.of("stopped", "none", "failed").contains(flow) ? flow : null);
        }
    }
}

package org.transcriptpipeline.archive.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import org.transcriptpipeline.archive.handoff.HandoffDesk;

/// The operator's page, from `take.html`, in the reader's language where there are words of it: `take_de.properties`.
@Component
class TakePageWriter {

    private static final String FOLDER = "org/transcriptpipeline/archive/console/";
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

    private final TemplateEngine engine = new TemplateEngine();
    private final Map<Locale, Map<String, String>> words = new HashMap<>();
    private final String style = resource("take.css");

    TakePageWriter() {
        var files = new ClassLoaderTemplateResolver(TakePageWriter.class.getClassLoader());
        files.setTemplateMode(TemplateMode.HTML);
        files.setCharacterEncoding("UTF-8");
        files.setCacheable(true);
        files.setCheckExistence(true);
        engine.setTemplateResolver(files);
        LANGUAGES.forEach(language -> words.put(language, words(language)));
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
        var language = language(languages);
        var variables = new HashMap<String, Object>();
        variables.put("language", language.getLanguage());
        variables.put("style", style);
        variables.put("words", Objects.requireNonNull(words.get(language), "words of each language"));
        variables.put("isKnown", page != null);
        if (page != null) {
            variables.put("token", page.token());
            variables.put("conversationSid", page.conversationSid());
            variables.put("reference", page.reference());
            variables.put("status", page.status());
            variables.put("isYours", page.isYours());
            variables.put("flow", page.flow());
            variables.put("takenAt", page.takenAt() == null ? null : time(page.takenAt(), language));
        }
        return engine.process(FOLDER + "take.html", new Context(language, variables));
    }

    /// The first of the reader's languages that there are words of.
    static Locale language(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.length() > 200) {
            return Locale.ENGLISH;
        }
        try {
            var found = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
            return found == null ? Locale.ENGLISH : found;
        } catch (IllegalArgumentException _) {
            return Locale.ENGLISH;
        }
    }

    private static String time(Instant time, Locale language) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                        .withLocale(language)
                        .format(time.atOffset(ZoneOffset.UTC))
                + " UTC";
    }

    private static Map<String, String> words(Locale language) {
        var properties = new Properties();
        try (var reader = new InputStreamReader(
                Objects.requireNonNull(
                        TakePageWriter.class.getResourceAsStream("take_" + language.getLanguage() + ".properties")),
                UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var words = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> words.put(name, properties.getProperty(name)));
        return Map.copyOf(words);
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

package org.transcriptpipeline.notify.errors;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.transcript.ErrorTexts;

/// Plain words for error codes, from `store.error_codes`: a language is read whole, by one statement, and kept for an
/// hour; it is a few hundred sentences. Thread-safe.
public final class ErrorCatalogue implements ErrorTexts {

    private static final Logger log = LoggerFactory.getLogger(ErrorCatalogue.class);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST_LANGUAGES = 20;
    private static final int MOST_CODES = 10_000;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Map<String, Texts> languages = new ConcurrentHashMap<>();

    ErrorCatalogue(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private record Texts(Instant readAt, Map<Integer, ErrorText> byCode) {}

    /// @return null where the code, or the code in this language, is not known, or the store cannot be asked: a
    ///     transcript goes out without these words rather than later
    @Override
    public @Nullable ErrorText of(int code, Locale language) {
        var name = language.getLanguage();
        var kept = languages.get(name);
        if (kept == null || kept.readAt().isBefore(clock.instant().minus(KEPT))) {
            kept = read(name, kept);
        }
        return kept.byCode().get(code);
    }

    private Texts read(String language, @Nullable Texts before) {
        Map<Integer, ErrorText> texts = new HashMap<>();
        try {
            jdbc.sql("""
                            SELECT error_code, meaning, advice
                            FROM store.error_codes
                            WHERE language = :language
                            LIMIT :most
                            """).param("language", language).param("most", MOST_CODES).query(row -> {
                texts.put(row.getInt("error_code"), new ErrorText(row.getString("meaning"), row.getString("advice")));
            });
        } catch (DataAccessException e) {
            log.atWarn()
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("The error catalogue could not be read; transcripts show what their snapshots hold");
            return before == null ? new Texts(Instant.MIN, Map.of()) : before; // not kept: asked again next time
        }
        var read = new Texts(clock.instant(), Map.copyOf(texts));
        if (languages.size() < MOST_LANGUAGES || languages.containsKey(language)) {
            languages.put(language, read);
        }
        return read;
    }
}

package org.transcriptpipeline.archive.console;

import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The words of one language, for templates. A word that is missing is an error, not an empty place.
public final class Words {

    private final Locale language;
    private final Map<String, String> words;
    private final Supplier<Map<Integer, ErrorCatalogue.Cause>> causes;
    private final DateTimeFormatter time;

    /// By name: a pattern takes ten times as long to be read as to be filled in, and a page fills in hundreds.
    private final Map<String, MessageFormat> patterns = new ConcurrentHashMap<>();

    /// @param causes by error code; asked for when the first one is wanted
    Words(Locale language, Map<String, String> words, Supplier<Map<Integer, ErrorCatalogue.Cause>> causes) {
        this.language = language;
        this.words = Map.copyOf(words);
        this.causes = causes;
        this.time = DateTimeFormatter.ofPattern(
                DateTimeFormatterBuilder.getLocalizedDateTimePattern(
                        FormatStyle.MEDIUM, FormatStyle.SHORT, IsoChronology.INSTANCE, language),
                language);
    }

    Map<String, String> all() {
        return words;
    }

    /// @throws IllegalArgumentException when there is no such word
    public String get(String name) {
        var word = words.get(name);
        if (word == null) {
            throw new IllegalArgumentException("no word " + name + " in " + language);
        }
        return word;
    }

    /// A closed list's value, in words; one that Twilio has invented since, as it is.
    public String of(String list, @Nullable String value) {
        return value == null ? get("unknown") : words.getOrDefault(list + "." + value, value);
    }

    /// What an error code means.
    ///
    /// @param english what the store says of it; of a code that the catalogue does not have it is all there is
    public @Nullable String meaning(@Nullable Integer code, @Nullable String english) {
        var cause = cause(code);
        return cause == null ? english : cause.meaning();
    }

    /// What can be done about it.
    public @Nullable String advice(@Nullable Integer code, @Nullable String english) {
        var cause = cause(code);
        return cause == null ? english : cause.advice();
    }

    /// Of [#meaning] and [#advice], for the attribute `lang`.
    public String languageOfCause(@Nullable Integer code) {
        return cause(code) == null ? "en" : language.getLanguage();
    }

    /// Null also in English, which the store speaks: where Twilio told more than the code, that is what it says.
    private ErrorCatalogue.@Nullable Cause cause(@Nullable Integer code) {
        return code == null || language.equals(Locale.ENGLISH)
                ? null
                : causes.get().get(code);
    }

    /// @param values for {0}, {1} …
    public String with(String name, @Nullable Object... values) {
        var pattern = patterns.computeIfAbsent(name, _ -> new MessageFormat(get(name), language));
        return ((MessageFormat) pattern.clone()).format(values); // one is not for several threads
    }

    /// In UTC, for readers without script; with script the page shows it in their own zone.
    public String time(Instant instant) {
        return time.format(instant.atOffset(ZoneOffset.UTC)) + " UTC";
    }

    /// Seconds, in the largest two units.
    public String duration(Number seconds) {
        var duration = Duration.ofSeconds(seconds.longValue());
        if (duration.toDays() > 0) {
            return duration.toDays() + " d " + duration.toHoursPart() + " h";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        return duration.toMinutes() > 0
                ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
                : duration.toSeconds() + " s";
    }
}

package org.transcriptpipeline.transcript;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// All words that are ours, in one language. A text has places `{0}`, `{1}`, …; what is put there is never looked
/// through for places again. A text that counts has a second one for the number one, its key with `.one` behind it.
final class Wording {

    static final String TIME_PATTERN = "time.pattern";

    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");
    private static final long KILO = 1024;

    private final Locale language;
    private final Map<String, String> texts;
    private final DateTimeFormatter time;

    /// @throws IllegalArgumentException when the pattern of times is none
    Wording(Locale language, Map<String, String> texts) {
        this.language = language;
        this.texts = Map.copyOf(texts);
        this.time = DateTimeFormatter.ofPattern(texts.getOrDefault(TIME_PATTERN, "uuuu-MM-dd HH:mm:ss zzz"), language);
    }

    Locale language() {
        return language;
    }

    /// The text; the key itself where there is none, so that a mistake in a template shows and loses no transcript.
    String text(String key, Object... values) {
        var text = texts.getOrDefault(key, key);
        return PLACE.matcher(text).replaceAll(place -> {
            int number = Integer.parseInt(place.group(1));
            return java.util.regex.Matcher.quoteReplacement(
                    number < values.length ? String.valueOf(values[number]) : place.group());
        });
    }

    /// The text of a number, which is at its place `{0}`; the other values follow.
    String count(String key, long number, Object... others) {
        var values = new Object[others.length + 1];
        values[0] = number(number);
        System.arraycopy(others, 0, values, 1, others.length);
        return text(number == 1 && texts.containsKey(key + ".one") ? key + ".one" : key, values);
    }

    /// A word of a closed list of ours; a value that is not in the list stays as it is.
    String word(String list, String value) {
        return texts.getOrDefault(list + "." + value, value);
    }

    /// Digits in groups that no line end divides.
    String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', '\u00A0');
    }

    String size(long bytes) {
        if (bytes < KILO) {
            return count("size.bytes", bytes);
        }
        return bytes < KILO * KILO
                ? Math.round(bytes / (double) KILO) + "\u00A0KB"
                : String.format(language, "%.1f\u00A0MB", bytes / (double) (KILO * KILO));
    }

    String time(@Nullable Instant instant, ZoneId zone) {
        return instant == null ? text("time.unknown") : time.format(instant.atZone(zone));
    }
}

package org.transcriptpipeline.transcript;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/// Our words in all languages that there are files for. What a language lacks is said in English; what a team's own
/// file lacks, as ours says it.
final class Wordings {

    private static final String ENGLISH = "en";

    private final TemplateFiles files;
    private final Map<Locale, Wording> known = new ConcurrentHashMap<>();

    /// @throws UnusableTemplatesException when one of the files is no bundle
    Wordings(TemplateFiles files) {
        this.files = files;
        files.languages().forEach(language -> in(Locale.forLanguageTag(language.replace('_', '-'))));
    }

    Wording in(Locale language) {
        return known.computeIfAbsent(language, this::read);
    }

    private Wording read(Locale language) {
        Map<String, String> texts = new HashMap<>();
        var most = language.getLanguage() + "_" + language.getCountry();
        for (var name : List.of(ENGLISH, language.getLanguage(), most)) {
            files.bundles(name).forEach((origin, content) -> texts.putAll(read(origin, content)));
        }
        boolean isEnglish = files.bundles(language.getLanguage()).isEmpty()
                && files.bundles(most).isEmpty(); // dates and HTML are not to pretend another language
        try {
            return new Wording(isEnglish ? Locale.ENGLISH : language, texts);
        } catch (IllegalArgumentException e) {
            throw new UnusableTemplatesException(
                    "In messages_" + language + ".properties, " + Wording.TIME_PATTERN + " is no pattern for times.",
                    e);
        }
    }

    private static Map<String, String> read(String origin, String content) {
        var properties = new Properties();
        try (Reader in = new StringReader(content)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new UnusableTemplatesException(origin + " is no properties file: " + e.getMessage(), e);
        }
        Map<String, String> texts = new HashMap<>();
        properties.forEach((key, value) -> texts.put((String) key, (String) value));
        return texts;
    }
}

package org.transcriptpipeline.archive.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/// In which language a text is, as far as Postgres has a dictionary for it. Texts of a few words say nothing reliable;
/// for them, and for what the model is not sure of, it is `simple`: words as they are written.
///
/// The model is that of Apache OpenNLP, for 103 languages. It takes half a millisecond for a sentence, so answers are
/// kept for a while: what a flow asks, and much of what people answer, differs in numbers at most. No words are kept,
/// only their hashes. Not for several threads.
final class TextLanguage {

    /// Where no language can be told.
    static final String SIMPLE = "simple";

    private static final String MODEL = "/langdetect-183.bin";
    private static final int FEWEST_LETTERS = 20;
    private static final int LETTERS_ENOUGH = 400;

    /// The confidences of 103 languages add up to 1 and are small each; what tells is how far the first one is ahead.
    private static final double AHEAD = 1.25;

    /// Text search configurations that Postgres brings along, by the code of ISO 639-3 that the model gives.
    private static final Map<String, String> CONFIGURATIONS = Map.ofEntries(
            Map.entry("ara", "arabic"),
            Map.entry("cat", "catalan"),
            Map.entry("dan", "danish"),
            Map.entry("deu", "german"),
            Map.entry("ell", "greek"),
            Map.entry("eng", "english"),
            Map.entry("spa", "spanish"),
            Map.entry("fin", "finnish"),
            Map.entry("fra", "french"),
            Map.entry("hun", "hungarian"),
            Map.entry("ind", "indonesian"),
            Map.entry("ita", "italian"),
            Map.entry("nld", "dutch"),
            Map.entry("nob", "norwegian"),
            Map.entry("por", "portuguese"),
            Map.entry("ron", "romanian"),
            Map.entry("rus", "russian"),
            Map.entry("swe", "swedish"),
            Map.entry("tur", "turkish"));

    private static final int KNOWN_TEXTS = 10_000;

    private final LanguageDetectorME detector;
    private final MessageDigest hash;

    /// What was found out, by the SHA-256 of the letters.
    private final Map<ByteBuffer, String> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, String> eldest) {
            return size() > KNOWN_TEXTS;
        }
    };

    private TextLanguage(LanguageDetectorModel model) {
        this.detector = new LanguageDetectorME(model);
        try {
            this.hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Reads the model, once for the life of a process: it takes a second and some 30 MB.
    ///
    /// @throws UncheckedIOException where it is not on the class path
    static TextLanguage load() {
        try (var in = TextLanguage.class.getResourceAsStream(MODEL)) {
            if (in == null) {
                throw new IOException(MODEL + " is not on the class path");
            }
            return new TextLanguage(new LanguageDetectorModel(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The name of a text search configuration of Postgres.
    String of(String text) {
        var letters = letters(text);
        if (letters.length() < FEWEST_LETTERS) {
            return SIMPLE;
        }
        return known.computeIfAbsent(ByteBuffer.wrap(hash.digest(letters.getBytes(UTF_8))), _ -> detect(letters));
    }

    private String detect(String letters) {
        var languages = detector.predictLanguages(letters);
        return languages[0].getConfidence() < AHEAD * languages[1].getConfidence()
                ? SIMPLE
                : CONFIGURATIONS.getOrDefault(languages[0].getLang(), SIMPLE);
    }

    /// Letters and the spaces between them, as many as tell the language: numbers, links and emoji are of none.
    private static String letters(String text) {
        var letters = new StringBuilder();
        for (var word : text.split("\\s+", LETTERS_ENOUGH)) {
            if (letters.length() >= LETTERS_ENOUGH) {
                break;
            }
            if (!word.contains("://") && word.codePoints().anyMatch(Character::isLetter)) {
                letters.append(word, 0, Math.min(word.length(), LETTERS_ENOUGH)).append(' ');
            }
        }
        return letters.toString().strip();
    }
}

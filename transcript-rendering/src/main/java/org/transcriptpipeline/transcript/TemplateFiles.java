package org.transcriptpipeline.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files that say how a transcript looks: ours, and those of a team that take precedence. Read once, so that what
/// the ledger calls one version is one.
final class TemplateFiles {

    static final String HTML = "handoff.html";
    static final String TEXT = "handoff.txt";

    private static final List<String> SHIPPED_LANGUAGES = List.of("de", "en");
    private static final Pattern BUNDLE = Pattern.compile("messages_([a-z]{2,3}(_[A-Z]{2})?)\\.properties");
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);
    private static final int VERSION_LENGTH = 12;

    /// Name to content; ours, and a team's own behind `own/`.
    private final SortedMap<String, String> contents = new TreeMap<>();

    /// @param directory a team's own; null: none
    /// @throws UnusableTemplatesException when there is no such directory, or a file in it cannot be read as UTF-8
    TemplateFiles(@Nullable Path directory) {
        contents.put(HTML, shipped(HTML));
        contents.put(TEXT, shipped(TEXT));
        SHIPPED_LANGUAGES.forEach(language -> contents.put(bundle(language), shipped(bundle(language))));
        if (directory != null) {
            readAll(directory);
        }
    }

    private static String bundle(String language) {
        return "messages_" + language + ".properties";
    }

    private static String shipped(String name) {
        try (var in = TemplateFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readAll(Path directory) {
        try (var files = Files.list(directory)) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString();
                if (name.equals(HTML) || name.equals(TEXT)) {
                    contents.put(name, Files.readString(file));
                } else if (BUNDLE.matcher(name).matches()) {
                    contents.put("own/" + name, Files.readString(file));
                }
            }
        } catch (CharacterCodingException e) {
            throw new UnusableTemplatesException("A file in " + directory + " is not in UTF-8.", e);
        } catch (IOException e) {
            throw new UnusableTemplatesException(
                    "The directory of templates, " + directory + ", cannot be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    String content(String name) {
        var content = contents.get(name);
        if (content == null) {
            throw new IllegalArgumentException("no template of this name");
        }
        return content;
    }

    /// The style sheets in the HTML template, as a browser sees them.
    List<String> styles() {
        return STYLE.matcher(content(HTML))
                .results()
                .map(style -> style.group(1))
                .toList();
    }

    /// Of all languages that there is a file for, `de`, `pt_BR`.
    List<String> languages() {
        var languages = new TreeSet<String>();
        for (var name : contents.keySet()) {
            var bundle = BUNDLE.matcher(name.substring(name.indexOf('/') + 1));
            if (bundle.matches()) {
                languages.add(bundle.group(1));
            }
        }
        return List.copyOf(languages);
    }

    /// The bundles of a language, the weaker first; by their names.
    Map<String, String> bundles(String language) {
        Map<String, String> bundles = new LinkedHashMap<>();
        for (var name : List.of(bundle(language), "own/" + bundle(language))) {
            var content = contents.get(name);
            if (content != null) {
                bundles.put(name, content);
            }
        }
        return bundles;
    }

    /// A hash of all of them, short.
    String version() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            contents.forEach((name, content) -> {
                digest.update((name + "\0" + content.length() + "\0").getBytes(UTF_8));
                digest.update(content.getBytes(UTF_8));
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

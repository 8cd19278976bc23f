package org.transcriptpipeline.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.transcriptpipeline.transcript.Snapshots.aMessage;
import static org.transcriptpipeline.transcript.Snapshots.aSnapshot;

import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

class WordingTest {

    private static final Pattern PLACE = Pattern.compile("\\{\\d}");

    @Test
    void germanSaysWhatEnglishSaysWithTheSameValues() throws Exception {
        assertThat(places("de")).isEqualTo(places("en"));
    }

    private static Map<String, Set<String>> places(String language) throws Exception {
        var bundle = new Properties();
        try (var in = TranscriptRenderer.class.getResourceAsStream("messages_" + language + ".properties");
                var reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            bundle.load(reader);
        }
        var places = new TreeMap<String, Set<String>>();
        bundle.forEach((key, text) -> places.put(
                (String) key,
                PLACE.matcher((String) text).results().map(MatchResult::group).collect(Collectors.toSet())));
        return places;
    }

    @Test
    void aTranscriptInGermanHasNoWordOfOursInEnglish() {
        var rendered = german(aSnapshot()
                .from(List.of(Snapshots.CUSTOMER, "+15005550007"))
                .noting("Bitte zurückrufen")
                .because(null)
                .judged("gap", null)
                .collecting(Map.of("Name", "Anna"))
                .with(aMessage().saying("Ist Bella noch da?"))
                .with(aMessage().by("flow", null).saying("Ja!").delivered("delivered"))
                .with(aMessage().by("flow", null).saying("Sind Sie da?").failed(21610))
                .with(aMessage().saying("x").removed())
                .build());

        assertThat(rendered.subject())
                .isEqualTo("Übergabe: +15005550006 und 1 weiterer, Flow FW0123456789abcdef0123456789abcdef [1f2e3d4c]");
        assertThat(rendered.text()).isEqualTo("""
                Übergabe: +15005550006 und 1 weiterer (SMS)
                ------------------------------------------------------------------------

                !! Der Kunde hat sich abgemeldet (Fehler 21610): Keine Nachricht von dieser Nummer erreicht ihn. Rufen Sie an oder nutzen Sie einen anderen Kanal.

                Kunde: +15005550006
                    +15005550007
                Kanal: SMS
                Unsere Adresse: +15005550001
                Flow: FW0123456789abcdef0123456789abcdef
                Übergeben, weil: der Flow zu Ende ist
                Notiz: Bitte zurückrufen
                Begonnen: 01.10.2026 14:00:00 MESZ
                Beendet: 01.10.2026 14:05:00 MESZ; die Unterhaltung ist noch offen
                Nachrichten: 4, davon 1 GESCHEITERT
                Unterhaltung: CH0123456789abcdef0123456789abcdef
                Ausführung: FN0123456789abcdef0123456789abcdef
                Referenz: 1f2e3d4c5b6a79881f2e3d4c5b6a7988, Version 1

                --- Was der Flow erfragt hat ---

                Name: Anna

                --- Was nicht ankam ---

                3. 01.10.2026 14:00:03 MESZ – Flow
                    Sind Sie da?
                    !! Nicht zugestellt (gescheitert, Fehler 21610). Die Nummer hat sich abgemeldet.
                    -> Rufen Sie an.

                --- Wie vollständig dies ist ---

                UNVOLLSTÄNDIG: Nachrichten fehlen. Sehen Sie in die Unterhaltung, bevor Sie antworten.

                --- Die Unterhaltung ---

                Alle Zeiten: Europe/Berlin

                1. 01.10.2026 14:00:01 MESZ – Kunde +15005550006
                    Ist Bella noch da?

                2. 01.10.2026 14:00:02 MESZ – Flow
                    Ja!
                    [zugestellt]

                3. 01.10.2026 14:00:03 MESZ – Flow
                    Sind Sie da?
                    !! Nicht zugestellt (gescheitert, Fehler 21610). Die Nummer hat sich abgemeldet.

                4. 01.10.2026 14:00:04 MESZ – Kunde +15005550006
                    [gelöscht 01.10.2026 14:03:20 MESZ]
                """);
        var page = Jsoup.parse(rendered.html());
        assertThat(page.select("html").attr("lang")).isEqualTo("de");
        assertThat(page.select("h2").eachText())
                .containsExactly(
                        "Was der Flow erfragt hat", "Was nicht ankam", "Wie vollständig dies ist", "Die Unterhaltung");
    }

    @Test
    void aLanguageThatNobodyWroteIsToldInEnglish() {
        var rendered = TranscriptRenderer.usual()
                .render(
                        Snapshots.aHotlineSnapshot("handoff"),
                        null,
                        new Presentation(Locale.of("mi", "NZ"), ZoneId.of("UTC"), Set.of(), Map.of()),
                        Links.NONE);

        assertThat(rendered.text()).contains("--- The conversation ---");
        assertThat(rendered.html()).contains("<html lang=\"en\"");
    }

    @Test
    void aCountryOfALanguageSpeaksThatLanguage() {
        var text = TranscriptRenderer.usual()
                .render(
                        Snapshots.aHotlineSnapshot("handoff"),
                        null,
                        new Presentation(Locale.of("de", "AT"), ZoneId.of("UTC"), Set.of(), Map.of()),
                        Links.NONE)
                .text();

        assertThat(text).contains("--- Die Unterhaltung ---");
    }

    private static RenderedTranscript german(TranscriptSnapshot snapshot) {
        return TranscriptRenderer.usual()
                .explaining((code, language) ->
                        code == 21610 && language.getLanguage().equals("de")
                                ? new ErrorTexts.ErrorText("Die Nummer hat sich abgemeldet.", "Rufen Sie an.")
                                : null)
                .render(
                        snapshot,
                        null,
                        new Presentation(Locale.GERMAN, ZoneId.of("Europe/Berlin"), Set.of(), Map.of()),
                        Links.NONE);
    }
}

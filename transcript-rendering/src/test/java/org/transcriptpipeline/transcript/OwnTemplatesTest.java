package org.transcriptpipeline.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.transcriptpipeline.rules.Presentation;

/// A team's own files.
class OwnTemplatesTest {

    @TempDir
    private Path directory;

    @Test
    void eachFileTakesPrecedenceOverOursAndTheOthersStay() throws Exception {
        write("handoff.txt", "Ours: [(${document.title()})] [(#{greeting})]");
        write("messages_en.properties", "greeting=Hello, team!\ntitle.transcript=Please help {0}");

        var rendered = render(TranscriptRenderer.with(directory), Locale.ENGLISH);

        assertThat(rendered.text()).isEqualTo("Ours: Please help +15005550006 Hello, team!");
        assertThat(rendered.html()).contains("<h1 dir=\"auto\">Please help +15005550006</h1>", "What failed");
    }

    @Test
    void aFurtherLanguageIsOneFileAndWhatItLacksIsEnglish() throws Exception {
        write("messages_pt_BR.properties", "heading.conversation=A conversa\nspeaker.customer=Cliente é");

        var text = render(TranscriptRenderer.with(directory), Locale.of("pt", "BR"))
                .text();

        assertThat(text).contains("--- A conversa ---", "– Cliente é +15005550006", "--- What failed ---");
    }

    @Test
    void whatATeamsGermanLacksIsOurGerman() throws Exception {
        write("messages_de.properties", "heading.conversation=Der Verlauf");

        var text = render(TranscriptRenderer.with(directory), Locale.GERMAN).text();

        assertThat(text).contains("--- Der Verlauf ---", "--- Was nicht ankam ---");
    }

    @Test
    void theVersionIsThatOfTheFilesInUse() throws Exception {
        var usual = TranscriptRenderer.usual().templateVersion();
        assertThat(usual)
                .matches("[0-9a-f]{12}")
                .isEqualTo(TranscriptRenderer.usual().templateVersion());
        assertThat(TranscriptRenderer.with(directory).templateVersion()).isEqualTo(usual);

        write("messages_en.properties", "heading.conversation=What was said");
        var own = TranscriptRenderer.with(directory).templateVersion();
        write("messages_en.properties", "heading.conversation=What they said");

        assertThat(Set.of(usual, own, TranscriptRenderer.with(directory).templateVersion()))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "handoff.txt, '[(${document.nothing()})]', handoff.txt cannot be used",
        "handoff.html, '<p th:text=\"${document.title()\">x</p>', handoff.html cannot be used",
        "handoff.html, '<p th:each=\"e : ${document.entries()}\" th:text=\"${e.nothing()}\">x</p>', handoff.html cannot",
        "messages_de.properties, 'time.pattern=bbbb', time.pattern is no pattern",
        "messages_de.properties, 'a=\\u12', messages_de.properties is no properties file",
    })
    void aFileThatCannotBeUsedStopsTheStartWithItsName(String name, String content, String problem) throws Exception {
        write(name, content);

        assertThatExceptionOfType(UnusableTemplatesException.class)
                .isThrownBy(() -> TranscriptRenderer.with(directory))
                .withMessageContaining(problem);
    }

    @Test
    void aFileInAnOldEncodingStopsTheStart() throws Exception {
        Files.write(directory.resolve("messages_de.properties"), "a=ü".getBytes(StandardCharsets.ISO_8859_1));

        assertThatExceptionOfType(UnusableTemplatesException.class)
                .isThrownBy(() -> TranscriptRenderer.with(directory))
                .withMessageContaining("UTF-8");
    }

    @Test
    void aDirectoryThatIsNotThereStopsTheStart() {
        assertThatExceptionOfType(UnusableTemplatesException.class)
                .isThrownBy(() -> TranscriptRenderer.with(directory.resolve("nowhere")));
    }

    @Test
    void somethingThatIsNoFontStopsTheStart() throws Exception {
        Files.createDirectory(directory.resolve("fonts"));
        write("fonts/some.ttf", "no font");

        assertThatExceptionOfType(UnusableTemplatesException.class)
                .isThrownBy(() -> TranscriptRenderer.with(directory))
                .withMessageContaining("fonts");
    }

    @Test
    @Tag("N14")
    void whatSomebodyWroteIsNoPlaceForAValue() {
        var wording = new Wording(Locale.ENGLISH, Map.of("text", "{0} and {1} $1 \\ {7}"));

        assertThat(wording.text("text", "{1}", "$0 \\")).isEqualTo("{1} and $0 \\ $1 \\ {7}");
    }

    private void write(String name, String content) throws Exception {
        Files.writeString(directory.resolve(name), content);
    }

    private static RenderedTranscript render(TranscriptRenderer renderer, Locale language) {
        return renderer.render(
                Snapshots.aHotlineSnapshot("handoff"),
                null,
                new Presentation(language, ZoneId.of("UTC"), Set.of(), Map.of()),
                Links.NONE);
    }
}

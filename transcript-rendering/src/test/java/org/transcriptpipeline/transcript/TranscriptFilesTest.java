package org.transcriptpipeline.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.transcriptpipeline.transcript.Snapshots.aMessage;
import static org.transcriptpipeline.transcript.Snapshots.aSnapshot;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.openpdf.text.pdf.PdfReader;
import org.openpdf.text.pdf.parser.PdfTextExtractor;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;

/// The whole transcript in each form.
class TranscriptFilesTest {

    private static final TranscriptRenderer RENDERER = TranscriptRenderer.usual();

    @Test
    void theCsvHasOneRowForEachMessageAndDisarmsFormulas() throws Exception {
        var csv = file(
                Form.CSV,
                aSnapshot()
                        .knowing("marie", null, "=Marie")
                        .omitting(2, 2)
                        .with(aMessage().saying("say \"hi\", you\r\n=1+1;@SUM(A1)"))
                        .with(aMessage().by("agent", "marie").saying("ok").delivered("read"))
                        .with(aMessage()
                                .by("flow", "+15005550001")
                                .saying("-")
                                .failed()
                                .showing(new Media("ME1", "image/jpeg", "=b.jpg", 1L, null)))
                        .build());

        assertThat(csv).isEqualTo(("""
                \uFEFF"position","sent_at","author_kind","author","name","direction","body","delivery_status",\
                "delivery_error_code","delivery_error","media","edited_at","removed_at","note"
                "1","2026-10-01T12:00:01Z","customer","+15005550006","","inbound","say ""hi"", you\u0001'=1+1;'@SUM(A1)",\
                "","","","","","",""
                "2","2026-10-01T12:00:02Z","agent","marie","'=Marie","outbound","ok","read","","","","","",""
                "","","","","","","","","","","","","","[2 messages are left out here; the conversation has them all]"
                "5","2026-10-01T12:00:05Z","flow","+15005550001","","outbound","'-","undelivered","30003",\
                "The phone was switched off or out of reach.","'=b.jpg (image/jpeg)","","",""
                """).replace("\n", "\r\n").replace('\u0001', '\n'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "=cmd()~'=cmd()",
                "  +1+1~  '+1+1",
                "\uFF1D1~'\uFF1D1",
                "x;\u00A0-1~x;\u00A0'-1",
                "@x~'@x",
                "|x~'|x",
                "a=b~a=b",
                "+4915112345678~+4915112345678",
                "42~42",
            })
    void aFormulaIsTextAndANumberStaysOne(String written, String shown) throws Exception {
        var csv = file(Form.CSV, aSnapshot().with(aMessage().saying(written)).build());

        assertThat(csv).contains("\"inbound\",\"" + shown + "\"");
    }

    @Test
    void theJsonIsTheSnapshot() throws Exception {
        var snapshot = Snapshots.aHotlineSnapshot("handoff");

        assertThat(new SnapshotCodec().decode(file(Form.JSON, snapshot))).isEqualTo(snapshot);
    }

    @Test
    void theHtmlIsWholeByItself() throws Exception {
        var html = file(Form.HTML, Snapshots.aHotlineSnapshot("handoff"));

        assertThat(html)
                .contains("<style>", "Hi, is Bella still there?")
                .doesNotContain("<script", "<link", "src=", "url(");
    }

    @Test
    void thePdfHasEveryMessageOverManyPages() throws Exception {
        var snapshot = aSnapshot();
        for (int i = 1; i <= 300; i++) {
            snapshot.with(aMessage().saying("message " + i + " Grüße Привет Ελλάδα"));
        }

        var text = pdf(snapshot.build());

        assertThat(text.lines().filter(line -> line.contains("Grüße Привет Ελλάδα")))
                .hasSize(300);
        assertThat(text).contains("message 300 ", "All times: UTC");
    }

    @Test
    void aWordLongerThanALineAndATextLongerThanAPageAreWhole() throws Exception {
        var text = pdf(aSnapshot()
                .with(aMessage().saying("0123456789".repeat(2000) + "!"))
                .with(aMessage().saying("ש".repeat(20_000)))
                .build());

        assertThat(text.replaceAll("\\s", "").replaceAll("(?<=[0-9])\\.?(?=[0-9])", ""))
                .as("but for the numbers of pages")
                .contains("0123456789!");
        assertThat(text.chars().filter(c -> c == '9').count()).isGreaterThanOrEqualTo(2000);
        assertThat(text.chars().filter(c -> c == 'ש').count()).isEqualTo(20_000);
    }

    @Test
    void whatNoFontOfThePdfHasIsShownAsItsCodePoint() throws Exception {
        assertThat(pdf(aSnapshot().with(aMessage().saying("Hallo 你 👩\u200D👧")).build()))
                .contains("Hallo ⟨U+4F60⟩ ⟨U+1F469⟩⟨U+1F467⟩");
    }

    @Test
    void aLineFromRightToLeftStandsAtTheRight() throws Exception {
        var bytes =
                bytes(Form.PDF, aSnapshot().with(aMessage().saying("שלום 42")).build());

        // the extractor gives glyphs as they stand, from left to right
        assertThat(text(bytes)).contains("42 םולש");
    }

    @Test
    void thePdfRunsNothing() throws Exception {
        var bytes = bytes(
                Form.PDF,
                aSnapshot()
                        .with(aMessage().saying("(/JavaScript) /URI (https://evil.example) \\ endstream endobj"))
                        .build());

        var reader = new PdfReader(bytes);
        assertThat(reader.getJavaScript()).isNullOrEmpty();
        assertThat(reader.getCatalog().getKeys().stream().map(Object::toString))
                .doesNotContain("/OpenAction", "/AA", "/Names");
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("/Annots");
        assertThat(text(bytes)).contains("/URI (https://evil.example)");
    }

    @Test
    void severalTranscriptsAreWrittenAtOnce() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var texts = IntStream.range(0, 24)
                    .mapToObj(i -> threads.submit(() -> {
                        var snapshot = aSnapshot();
                        for (int n = 0; n < 40; n++) {
                            snapshot.with(aMessage().saying("transcript " + i + " Ελλάδα " + (char) ('а' + i) + " 😊"));
                        }
                        return pdf(snapshot.build());
                    }))
                    .toList();

            for (int i = 0; i < texts.size(); i++) {
                var line = "transcript " + i + " Ελλάδα " + (char) ('а' + i) + " 😊";
                assertThat(texts.get(i).get(30, TimeUnit.SECONDS).lines().filter(l -> l.contains(line)))
                        .hasSize(40);
            }
        }
    }

    @Test
    @Tag("N9")
    void filesThatAServerMightFindTooLargeArePacked() throws Exception {
        var snapshot = aSnapshot();
        for (int i = 0; i < 250; i++) {
            snapshot.with(aMessage().saying("0123456789".repeat(3000)));
        }

        try (var rendered = render(Set.of(Form.TEXT, Form.CSV, Form.JSON), snapshot.build())) {
            assertThat(rendered.attachments())
                    .extracting(Attachment::filename)
                    .containsExactly("transcript-1f2e3d4c.zip");
            try (var zip = new ZipFile(rendered.attachments().getFirst().file().toFile())) {
                assertThat(zip.stream())
                        .extracting(ZipEntry::getName)
                        .containsExactly(
                                "transcript-1f2e3d4c.txt", "transcript-1f2e3d4c.json", "transcript-1f2e3d4c.csv");
                assertThat(zip.stream().mapToLong(ZipEntry::getSize).sum()).isGreaterThan(22_000_000);
            }
        }
    }

    @Test
    void filesHoldNoLinkThatIsASecret() throws Exception {
        var links = new Links(URI.create("https://c.example/answer"), URI.create("https://c.example/secret"));
        try (var rendered = RENDERER.render(
                Snapshots.aHotlineSnapshot("handoff"),
                null,
                new Presentation(Locale.ENGLISH, ZoneId.of("UTC"), Set.of(Form.TEXT, Form.HTML), Map.of()),
                links)) {
            assertThat(rendered.text()).contains("secret");
            for (var attachment : rendered.attachments()) {
                assertThat(Files.readString(attachment.file())).doesNotContain("secret");
            }
        }
    }

    @Test
    void aFileIsNamedByTheReferenceWhateverTheIdHolds() {
        try (var rendered =
                render(Set.of(Form.TEXT), aSnapshot().of("../a\r\n:b").build())) {
            assertThat(rendered.attachments().getFirst().filename()).isEqualTo("transcript-ab.txt");
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aFormAloneIsWhatAMailAttaches(Form form) throws Exception {
        var snapshot = aSnapshot().with(aMessage().saying("=1+1")).build();

        var file = RENDERER.file(snapshot, Presentation.USUAL, form);
        try {
            if (form == Form.PDF) { // which has the time of its making in it
                assertThat(text(Files.readAllBytes(file.file()))).isEqualTo(pdf(snapshot));
            } else {
                assertThat(file.file()).hasBinaryContent(bytes(form, snapshot));
            }
            assertThat(file.isTemporary()).isTrue();
        } finally {
            WorkFiles.delete(file.file());
        }
        assertThat(file.file()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"en, Conversation: , State: still open", "de, Unterhaltung: , Stand: noch offen"})
    void whatNobodyHandedOverSaysNothingOfAHandoff(String language, String title, String state) throws Exception {
        var snapshot = aSnapshot()
                .asA(TranscriptSnapshot.CONVERSATION, 0)
                .with(aMessage().saying("Hello"))
                .build();
        var presentation = new Presentation(Locale.forLanguageTag(language), ZoneId.of("UTC"), Set.of(), Map.of());

        var file = RENDERER.file(snapshot, presentation, Form.TEXT);
        try {
            assertThat(Files.readString(file.file()))
                    .startsWith(title)
                    .contains(state, "    Hello")
                    .doesNotContain("Handoff", "Handed over", "Reference", "Ended")
                    .doesNotContain("Übergabe", "Übergeben", "Referenz", "Beendet");
        } finally {
            WorkFiles.delete(file.file());
        }
    }

    @Test
    void thePageHasTheStyleWhoseHashIsTold() throws Exception {
        var page = Jsoup.parse(file(Form.HTML, aSnapshot().build()));
        var digest = MessageDigest.getInstance("SHA-256")
                .digest(page.select("style").getFirst().data().getBytes(StandardCharsets.UTF_8));

        assertThat(page.select("style")).hasSize(1);
        assertThat(RENDERER.styleHashes())
                .containsExactly("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }

    private static String pdf(TranscriptSnapshot snapshot) throws Exception {
        return text(bytes(Form.PDF, snapshot));
    }

    private static String text(byte[] pdf) throws Exception {
        var reader = new PdfReader(pdf);
        var text = new StringBuilder();
        for (int page = 1; page <= reader.getNumberOfPages(); page++) {
            text.append(new PdfTextExtractor(reader).getTextFromPage(page)).append('\n');
        }
        return text.toString();
    }

    private static String file(Form form, TranscriptSnapshot snapshot) throws Exception {
        return new String(bytes(form, snapshot), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Form form, TranscriptSnapshot snapshot) throws Exception {
        try (var rendered = render(Set.of(form), snapshot)) {
            return Files.readAllBytes(rendered.attachments().getFirst().file());
        }
    }

    private static RenderedTranscript render(Set<Form> forms, TranscriptSnapshot snapshot) {
        return RENDERER.render(
                snapshot, null, new Presentation(Locale.ENGLISH, ZoneId.of("UTC"), forms, Map.of()), Links.NONE);
    }
}

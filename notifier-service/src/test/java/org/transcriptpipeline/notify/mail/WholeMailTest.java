package org.transcriptpipeline.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.transcriptpipeline.transcript.Snapshots.aMessage;
import static org.transcriptpipeline.transcript.Snapshots.aSnapshot;

import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.MimeConfig;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.transcript.Links;
import org.transcriptpipeline.transcript.TranscriptRenderer;

/// From a snapshot to the bytes of a mail, read back by a parser that is not the one that wrote them. The mails stay in
/// `target/mails`, to be looked at.
class WholeMailTest {

    private static final Path TO_LOOK_AT = Path.of("target", "mails");
    private static final String LONG_TEXT =
            "I would like to know more. ".repeat(371).substring(0, 10_000);
    private static final String PICTURE = "a1".repeat(32);

    /// Two pixels.
    private static final byte[] GIF = {
        'G',
        'I',
        'F',
        '8',
        '9',
        'a',
        2,
        0,
        1,
        0,
        (byte) 0x80,
        0,
        0,
        0,
        0,
        0,
        (byte) 0xFF,
        (byte) 0xFF,
        (byte) 0xFF,
        0x2C,
        0,
        0,
        0,
        0,
        2,
        0,
        1,
        0,
        0,
        2,
        2,
        0x44,
        0x0A,
        0,
        0x3B
    };

    @TempDir
    private Path directory;

    @Test
    void theDemoConversationIsAMailThatStandsInBothParts() throws Exception {
        var mail = mail(theDemo(), Set.of(), "demo");

        assertThat(mail.bytes()).isLessThan(30_000);
        assertThat(mail.message().getMimeType()).isEqualTo("multipart/alternative");
        for (var part : List.of(mail.text(), mail.words())) {
            assertThat(part)
                    .containsSubsequence(
                            "Handoff: +12025550143 by SMS",
                            "Puppy hotline (FW0123456789abcdef0123456789abcdef)",
                            "Talk about the stairs before promising a corgi.",
                            "2026-10-01 14:00:00 CEST",
                            "2026-10-01 14:05:00 CEST",
                            "1 FAILED",
                            "corgi",
                            "Here is our checklist",
                            "error 30003",
                            "The phone was switched off",
                            "Try again later or call.",
                            "Complete",
                            "All times: Europe/Berlin",
                            "Is this the place with the free puppies? 🐶",
                            "Thanks for contacting",
                            "[delivered]",
                            "A corgi please",
                            "We live on the 4th floor & the lift",
                            "Stairs are hard on corgis.",
                            "Berlin, near the \"Tierpark\". Mornings are best 😊",
                            "Here is our checklist",
                            "You are the best!!",
                            "Somebody will be in touch with you shortly.")
                    .contains("Answer here", "I have it");
        }
        assertThat(mail.text()).contains("https://console.example.com/answer", "https://console.example.com/take");
        assertThat(Jsoup.parse(mail.html()).select("a").eachAttr("href"))
                .containsExactly(
                        "https://console.example.com/answer", "https://console.example.com/take", "tel:+12025550143");
        nothingRuns(mail);
    }

    @Test
    @Tag("N12")
    void aDifficultConversationIsAMailThatStandsInBothParts() throws Exception {
        var mail = mail(theDifficult(), Set.of(), "difficult");

        assertThat(mail.bytes()).isLessThan(60_000);
        assertThat(mail.message().getMimeType()).isEqualTo("multipart/mixed");
        for (var part : List.of(mail.text(), mail.words())) {
            assertThat(part)
                    .contains(
                            "👩\u200D👩\u200D👧 🏴\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F 🧑🏽‍🚀",
                            "שלום, האם הכלב עדיין זמין?",
                            "مرحبا، هل الكلب لا يزال متاحا؟ رقم 42",
                            "你好，小狗还在吗？謝謝！",
                            LONG_TEXT,
                            "<script>alert(1)</script>",
                            "<img src=https://tracker.example/x.gif onerror=alert(1)>",
                            "${7*7} [[${7*7}]] [(${7*7})]",
                            "=HYPERLINK(\"https://evil.example\",\"click\")",
                            "⟨U+202E⟩gnp.exe",
                            "[attachment: image/gif, bella.gif, 35 bytes; with this mail as 8-bella.gif]",
                            "[attachment: image/jpeg, 20\u00A0KB]",
                            "[removed ",
                            "[edited ",
                            "[the message itself is missing",
                            "[the text is not known]",
                            "The customer opted out",
                            "error 21610",
                            "https://www.twilio.com/docs/api/errors/39999",
                            "Agent Marie Curie (marie)",
                            "Anna Ünal (+15005550006)",
                            "+15005550007",
                            "+15005550008");
        }
        assertThat(mail.text()).doesNotContain("49").doesNotContain("my secret");
        assertThat(mail.html()).doesNotContain("my secret");
        assertThat(Jsoup.parse(mail.html()).select("a[href^=tel:]").eachAttr("href"))
                .containsExactly("tel:+15005550006", "tel:+15005550007", "tel:+15005550008");
        nothingRuns(mail);
        var attached = mail.attachments();
        assertThat(attached).hasSize(1);
        assertThat(attached.getFirst().getFilename()).isEqualTo("8-bella.gif");
        assertThat(attached.getFirst().getMimeType()).isEqualTo("image/gif");
        assertThat(mail.bytesOf(attached.getFirst())).isEqualTo(GIF);
    }

    @Test
    void everyFormIsAttachedUnderANameThatSaysWhatItIs() throws Exception {
        var mail = mail(theDifficult(), Set.of(Form.values()), "difficult-attached");

        assertThat(mail.attachments())
                .extracting(Entity::getFilename)
                .containsExactly(
                        "transcript-1f2e3d4c.txt",
                        "transcript-1f2e3d4c.json",
                        "transcript-1f2e3d4c.csv",
                        "transcript-1f2e3d4c.html",
                        "transcript-1f2e3d4c.pdf",
                        "8-bella.gif");
        assertThat(mail.attachments())
                .extracting(Entity::getMimeType)
                .containsExactly(
                        "text/plain", "application/json", "text/csv", "text/html", "application/pdf", "image/gif");
        for (var attachment : mail.attachments()) {
            Files.write(TO_LOOK_AT.resolve(attachment.getFilename()), mail.bytesOf(attachment));
        }
    }

    @Test
    @Tag("N9")
    void aTranscriptThatIsTooLongForABodyIsShortenedThereAndAttachedWhole() throws Exception {
        var long_ = aSnapshot();
        for (int i = 1; i <= 3000; i++) {
            long_.with(aMessage().saying("message " + i + " of a long conversation, 你好 & more"));
        }

        var mail = mail(long_.build(), Set.of(), "long");

        assertThat(mail.bodyBytes()).isBetween(40_000L, 100_000L);
        assertThat(mail.text())
                .contains("message 1 of", "message 3000 of", "messages are left out here; the attached transcript has")
                .doesNotContain("message 1500 of");
        assertThat(mail.attachments()).hasSize(1);
        var whole = new String(mail.bytesOf(mail.attachments().getFirst()), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(whole.lines().filter(line -> line.startsWith("    message ")))
                .hasSize(3000);
        assertThat(whole).doesNotContain("left out");
    }

    private static void nothingRuns(ReadMail mail) {
        var page = Jsoup.parse(mail.html());
        assertThat(page.select(
                        "script, img, iframe, object, embed, form, link, base, video, audio, svg, [src], [style]"))
                .isEmpty();
        assertThat(page.select("a").eachAttr("href"))
                .allMatch(href -> href.matches("tel:\\+[0-9]+") || href.startsWith("https://console.example.com/"));
        assertThat(page.getAllElements().stream()
                        .flatMap(e -> e.attributes().asList().stream())
                        .map(a -> a.getKey())
                        .distinct())
                .isSubsetOf("lang", "charset", "http-equiv", "name", "content", "class", "dir", "href");
        assertThat(page.select("style").html()).doesNotContain("url(", "@import", "expression");
    }

    private static TranscriptSnapshot theDemo() {
        var customer = "+12025550143";
        Map<String, Object> answers = new LinkedHashMap<>();
        answers.put("breed", "corgi");
        answers.put("city", "Berlin");
        answers.put("floor", "4");
        return aSnapshot()
                .from(List.of(customer))
                .because("completed")
                .noting("Talk about the stairs before promising a corgi.")
                .collecting(answers)
                .judged("complete", null)
                .with(aMessage().by("customer", customer).saying("Hi! Is this the place with the free puppies? 🐶"))
                .with(aMessage()
                        .by("flow", "+12025550199")
                        .saying("Thanks for contacting the free puppy hotline! What kind of doggo should we send you?")
                        .delivered("delivered"))
                .with(aMessage().by("customer", customer).saying("A corgi please, the fluffier the better"))
                .with(aMessage()
                        .by("customer", customer)
                        .saying("We live on the 4th floor & the lift is out of order. Is that OK for short legs?"))
                .with(aMessage()
                        .by("flow", "+12025550199")
                        .saying("Stairs are hard on corgis. We note it, and a person will talk it over with you."
                                + " Where should the puppy go?")
                        .delivered("delivered"))
                .with(aMessage().by("customer", customer).saying("Berlin, near the \"Tierpark\". Mornings are best 😊"))
                .with(aMessage()
                        .by("flow", "+12025550199")
                        .saying("Here is our checklist for the first day with a puppy: water, a quiet corner, shoes out"
                                + " of reach.")
                        .failed())
                .with(aMessage().by("customer", customer).saying("You are the best!!"))
                .with(aMessage()
                        .by("flow", "+12025550199")
                        .saying("Thanks! Somebody will be in touch with you shortly.")
                        .delivered("delivered"))
                .build();
    }

    private static TranscriptSnapshot theDifficult() {
        return aSnapshot()
                .on("group_mms")
                .from(List.of("+15005550006", "+15005550007", "+15005550008"))
                .knowing(null, "+15005550006", "Anna Ünal")
                .knowing("marie", null, "Marie Curie")
                .because("wants <b>a person</b> ${7*7}")
                .noting("Careful:\n=1+1 and \u202Ethe rest")
                .collecting(Map.of("name", "O'Brien <script>", "list", List.of("a", "b"), "deep", Map.of("x", 1)))
                .judged("gap", "index 12 is missing")
                .with(aMessage()
                        .saying(
                                "Emoji 👩\u200D👩\u200D👧 🏴\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67"
                                        + "\uDB40\uDC7F 🧑🏽‍🚀"))
                .with(aMessage()
                        .by("customer", "+15005550007")
                        .saying("שלום, האם הכלב עדיין זמין?\nمرحبا، هل الكلب لا يزال متاحا؟ رقم 42"))
                .with(aMessage().by("customer", "+15005550008").saying("你好，小狗还在吗？謝謝！"))
                .with(aMessage().saying(LONG_TEXT))
                .with(aMessage()
                        .saying("<script>alert(1)</script> <img src=https://tracker.example/x.gif onerror=alert(1)>"
                                + "</p></div><a href=\"javascript:alert(1)\">click</a>"))
                .with(aMessage().saying("${7*7} [[${7*7}]] [(${7*7})] *{7*7} <p th:text=\"${7*7}\">x</p>"))
                .with(aMessage()
                        .saying("=HYPERLINK(\"https://evil.example\",\"click\")\n+1+1\n@SUM(A1)\npay \u202Egnp.exe"))
                .with(aMessage()
                        .saying("Look:")
                        .showing(
                                new Media("ME1", "image/gif", "bella.gif", (long) GIF.length, PICTURE),
                                new Media("ME2", "image/jpeg", null, 20_480L, null)))
                .with(aMessage()
                        .by("agent", "marie")
                        .saying("I changed this.")
                        .edited()
                        .delivered("read"))
                .with(aMessage().saying("my secret").removed())
                .with(aMessage().by("flow", null).onlyAReceipt().delivered("sent"))
                .with(aMessage().by("customer", "+15005550007").saying(null))
                .with(aMessage().by("flow", "hotline").saying("Are you there?").failed(21610))
                .with(aMessage().by("flow", "hotline").saying("Hello?").failed(39999))
                .build();
    }

    private record ReadMail(long bytes, Message message) {

        String text() {
            return content("text/plain");
        }

        String html() {
            return content("text/html");
        }

        /// What a reader of the HTML sees.
        String words() {
            return Jsoup.parse(html()).wholeText();
        }

        private Multipart alternative() {
            var body = (Multipart) message.getBody();
            return body.getSubType().equals("mixed")
                    ? (Multipart) body.getBodyParts().getFirst().getBody()
                    : body;
        }

        private String content(String type) {
            var part = alternative().getBodyParts().stream()
                    .filter(p -> p.getMimeType().equals(type))
                    .findFirst()
                    .orElseThrow();
            assertThat(part.getCharset()).isEqualTo("UTF-8");
            try (var reader = ((TextBody) part.getBody()).getReader()) {
                var text = new StringBuilder();
                reader.transferTo(new java.io.Writer() {
                    @Override
                    public void write(char[] buffer, int offset, int length) {
                        text.append(buffer, offset, length);
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                });
                return text.toString().replace("\r\n", "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        List<Entity> attachments() {
            var body = (Multipart) message.getBody();
            return body.getSubType().equals("mixed")
                    ? body.getBodyParts().subList(1, body.getBodyParts().size())
                    : new ArrayList<>();
        }

        byte[] bytesOf(Entity part) throws IOException {
            try (var in = ((SingleBody) part.getBody()).getInputStream()) {
                return in.readAllBytes();
            }
        }

        long bodyBytes() throws IOException {
            long attached = 0;
            for (var part : attachments()) {
                attached += (bytesOf(part).length + 56) / 57 * 78L;
            }
            return bytes - attached;
        }
    }

    private ReadMail mail(TranscriptSnapshot snapshot, Set<Form> attached, String name) throws Exception {
        Files.createDirectories(TO_LOOK_AT);
        var picture = Files.write(directory.resolve("picture"), GIF);
        var renderer = TranscriptRenderer.usual().carrying(hash -> hash.equals(PICTURE) ? picture : null, 1_000_000);
        var presentation = new Presentation(
                Locale.ENGLISH,
                ZoneId.of("Europe/Berlin"),
                attached,
                Map.of("FW0123456789abcdef0123456789abcdef", "Puppy hotline"));
        var links = new Links(
                URI.create("https://console.example.com/answer"), URI.create("https://console.example.com/take"));
        try (var transcript = renderer.render(snapshot, null, presentation, links);
                var mail = RenderedMail.of(
                        new OutgoingMail(
                                "<one.1.0011@example.com>",
                                "anna@example.com",
                                transcript.subject(),
                                transcript.text(),
                                transcript.html(),
                                transcript.attachments(),
                                "team@example.com",
                                List.of(),
                                1,
                                Instant.parse("2026-10-01T12:05:06Z")),
                        new InternetAddress("pipeline@example.com"))) {
            Files.copy(
                    mail.file(), TO_LOOK_AT.resolve(name + ".eml"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(TO_LOOK_AT.resolve(name + ".html"), transcript.html());
            Files.writeString(TO_LOOK_AT.resolve(name + ".txt"), transcript.text());
            try (var in = Files.newInputStream(mail.file())) {
                var parser = new DefaultMessageBuilder();
                parser.setMimeEntityConfig(MimeConfig.STRICT);
                return new ReadMail(Files.size(mail.file()), parser.parseMessage(in));
            }
        }
    }
}

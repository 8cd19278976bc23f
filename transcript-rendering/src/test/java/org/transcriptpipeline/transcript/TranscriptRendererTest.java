package org.transcriptpipeline.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.transcriptpipeline.transcript.Snapshots.CUSTOMER;
import static org.transcriptpipeline.transcript.Snapshots.aMessage;
import static org.transcriptpipeline.transcript.Snapshots.aSnapshot;

import java.net.URI;
import java.nio.file.Files;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;

class TranscriptRendererTest {

    private final Rendering renderer = Rendering.in(ZoneId.of("UTC"));

    @Test
    void theTextTellsTheOperatorFirstWhatMattersAndThenEverything() {
        var answers = new LinkedHashMap<String, Object>();
        answers.put("name", "Anna");
        answers.put("colours", List.of("brown", "white"));
        answers.put("age", Map.of("years", 2));

        var text = renderer.render(aSnapshot()
                        .noting("Call after five,\nshe works.")
                        .collecting(answers)
                        .with(aMessage().saying("Hi, is Bella still there?"))
                        .with(aMessage().by("flow", "hotline").saying("Yes!").delivered("delivered"))
                        .with(aMessage()
                                .by("flow", "hotline")
                                .saying("Shall somebody call you?")
                                .failed())
                        .with(aMessage().saying("").showing(new Media("ME1", "image/jpeg", "bella.jpg", 20_480L, null)))
                        .with(aMessage().saying("my secret").removed())
                        .with(aMessage().saying("two\nlines").edited())
                        .with(aMessage().by("flow", null).onlyAReceipt().delivered("sent"))
                        .with(aMessage()
                                .by("agent", "marie")
                                .saying("I take over.")
                                .delivered("delivered")
                                .contradictory())
                        .build())
                .text();

        assertThat(text).isEqualTo("""
                Handoff: +15005550006 by SMS
                ------------------------------------------------------------------------

                Customer: +15005550006
                Channel: SMS
                Our address: +15005550001
                Flow: FW0123456789abcdef0123456789abcdef
                Handed over because: the flow ended: wants a person
                Note: Call after five,
                    she works.
                Started: 2026-10-01 12:00:00 UTC
                Ended: 2026-10-01 12:05:00 UTC; the conversation is still open
                Messages: 8, 1 FAILED
                Conversation: CH0123456789abcdef0123456789abcdef
                Execution: FN0123456789abcdef0123456789abcdef
                Reference: 1f2e3d4c5b6a79881f2e3d4c5b6a7988, version 1

                --- What the flow collected ---

                name: Anna
                colours: brown, white
                age: {"years":2}

                --- What failed ---

                3. 2026-10-01 12:00:03 UTC – Flow hotline
                    Shall somebody call you?
                    !! Not delivered (undelivered, error 30003). The phone was switched off or out of reach.
                    -> Try again later or call.
                8. 2026-10-01 12:00:08 UTC – Agent marie
                    I take over.
                    !! Not delivered according to one report, delivered according to another (delivered). The reason is not known.
                    -> Reach the customer another way, or send it again.
                Of 1 message it is not known yet whether it arrived.

                --- How complete this is ---

                Unverified: this is what Twilio told us by itself; messages sent through its API may be missing.
                Reason: not yet compared with the list that Twilio keeps

                --- The conversation ---

                All times: UTC

                1. 2026-10-01 12:00:01 UTC – Customer +15005550006
                    Hi, is Bella still there?

                2. 2026-10-01 12:00:02 UTC – Flow hotline
                    Yes!
                    [delivered]

                3. 2026-10-01 12:00:03 UTC – Flow hotline
                    Shall somebody call you?
                    !! Not delivered (undelivered, error 30003). The phone was switched off or out of reach.

                4. 2026-10-01 12:00:04 UTC – Customer +15005550006
                    [attachment: image/jpeg, bella.jpg, 20\u00A0KB]

                5. 2026-10-01 12:00:05 UTC – Customer +15005550006
                    [removed 2026-10-01 12:03:20 UTC]

                6. 2026-10-01 12:00:06 UTC – Customer +15005550006
                    two
                    lines
                    [edited 2026-10-01 12:01:40 UTC]

                7. time not known – Flow
                    [the message itself is missing: only a delivery receipt of it came]
                    [sent; whether it arrived is not known]

                8. 2026-10-01 12:00:08 UTC – Agent marie
                    I take over.
                    !! Not delivered according to one report, delivered according to another (delivered). The reason is not known.
                """);
    }

    @Test
    void bothPartsHoldAllMessagesInOrderAndMarkTheFailedOne() {
        var rendered = renderer.render(Snapshots.aHotlineSnapshot("handoff"));

        assertThat(rendered.text())
                .containsSubsequence(
                        "1. 2026",
                        "Hi, is Bella still there?",
                        "2. 2026",
                        "Yes!",
                        "3. 2026",
                        "What is your name?",
                        "!! Not delivered",
                        "4. 2026",
                        "Anna");
        var entries = Jsoup.parse(rendered.html()).select("h2:last-of-type ~ div.entry");
        assertThat(entries.eachText())
                .hasSize(4)
                .satisfiesExactly(
                        one -> assertThat(one).contains("1.", "Hi, is Bella still there?"),
                        two -> assertThat(two).contains("2.", "Yes! Shall somebody call you?", "[delivered]"),
                        three -> assertThat(three).contains("3.", "What is your name?", "Not delivered", "30003"),
                        four -> assertThat(four).contains("4.", "Anna"));
        assertThat(entries.stream().filter(e -> e.hasClass("failed")).toList()).hasSize(1);
    }

    @Test
    void timesAreToldInTheNamedZone() {
        var text = Rendering.in(ZoneId.of("Europe/Berlin"))
                .render(Snapshots.aHotlineSnapshot("handoff"))
                .text();

        assertThat(text).contains("All times: Europe/Berlin", "1. 2026-10-01 14:00:01 CEST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<img src=https://tracker.example/x.gif onerror=alert(1)>",
                "</p></div><a href=\"javascript:alert(1)\">click</a>",
                "${7*7} *{7*7} #{x} @{/x} ~{x} __${7*7}__ [[${7*7}]] [(${7*7})]",
                "<p th:text=\"${7*7}\" th:utext=\"${T(java.lang.Runtime)}\" data-th-text=\"1\">x</p>",
                "<!-- [[${7*7}]] --> <![CDATA[ x ]]> &lt;b&gt; &amp; &#0;",
                "--boundary\r\nContent-Type: text/html",
                "' OR 1=1; -- \" ` \\ %n %s {0}",
            })
    @Tag("N12")
    @Tag("N14")
    void whatSomebodyWroteIsOnlyEverShown(String hostile) {
        var rendered = renderer.render(everywhere(hostile));

        var page = Jsoup.parse(rendered.html());
        assertThat(page.select("script, img, a, iframe, object, embed, form, link, base, [href], [src], [onerror]"))
                .isEmpty();
        assertThat(page.getAllElements().stream()
                        .flatMap(e -> e.attributes().asList().stream())
                        .map(a -> a.getKey())
                        .distinct())
                .isSubsetOf("lang", "charset", "http-equiv", "name", "content", "class", "dir");
        assertThat(rendered.subject()).doesNotContainPattern("[\\p{Cntrl}]");
        var entry = page.select("h2:last-of-type ~ div.entry p").getFirst();
        assertThat(entry.wholeText()).isEqualTo(hostile.lines().findFirst().orElseThrow());
        assertThat(rendered.text())
                .contains("    " + hostile.lines().findFirst().orElseThrow() + "\n");
        assertThat(rendered.html()).doesNotContain("49");
        assertThat(rendered.text()).doesNotContain("49");
    }

    private static TranscriptSnapshot everywhere(String text) {
        return aSnapshot()
                .because(text)
                .noting(text)
                .collecting(Map.of(text, text, "list", List.of(text), "object", Map.of(text, text)))
                .from(List.of(text))
                .judged("gap", text)
                .with(aMessage().by("agent", text).saying(text).showing(new Media("ME1", text, text, 1L, null)))
                .build();
    }

    @Test
    @Tag("N12")
    void noLinkIsMadeOfWhatLooksLikeOne() {
        var rendered = renderer.render(aSnapshot()
                .with(aMessage().saying("see https://evil.example/?u=1 and mailto:a@b.example"))
                .build());

        assertThat(Jsoup.parse(rendered.html()).select("[href]").eachAttr("href"))
                .as("the customer's number is the only one")
                .containsExactly("tel:" + CUSTOMER);
        assertThat(rendered.text()).contains("see https://evil.example/?u=1 and mailto:a@b.example");
    }

    @Test
    void theSubjectIsOneBoundedLineWhateverItIsMadeOf() {
        var subject = renderer.render(aSnapshot()
                        .from(List.of("x\r\nBcc: everyone@example.com\u2028\u0085\u0000" + "long ".repeat(100)))
                        .build())
                .subject();

        assertThat(subject)
                .hasSizeLessThanOrEqualTo(160)
                .startsWith("Handoff: x Bcc: everyone@example.com")
                .contains("FW0123456789abcdef0123456789abcdef")
                .endsWith("[1f2e3d4c]")
                .doesNotContainPattern("[\\p{Cntrl}\u2028\u2029]");
    }

    @Test
    void whatTurnsTheDirectionOrHidesIsMadeVisibleInBothParts() {
        var rendered = renderer.render(aSnapshot()
                .with(aMessage().saying("pay \u202Egnp.exe\u202C \u2066a\u2069 \u200Bz \u0007bell \u001B[31m \uFEFF"))
                .build());

        var shown = "pay ⟨U+202E⟩gnp.exe⟨U+202C⟩ ⟨U+2066⟩a⟨U+2069⟩ ⟨U+200B⟩z ␇bell ␛[31m ⟨U+FEFF⟩";
        assertThat(rendered.text()).contains("    " + shown + "\n");
        assertThat(Jsoup.parse(rendered.html()).select("div.entry p").eachText())
                .contains(shown);
    }

    @Test
    void aNumberCanBeCalledAndWhatOnlyLooksLikeOneCannot() {
        var html = renderer.render(aSnapshot()
                        .from(List.of(
                                "whatsapp:+491511234567",
                                "+15005550006",
                                "+15005550006;ext=1",
                                "javascript:alert(1)",
                                "tel:+1500555",
                                "messenger:12345678",
                                "anna@example.com"))
                        .build())
                .html();

        assertThat(Jsoup.parse(html).select("[href]").eachAttr("href"))
                .containsExactly("tel:+491511234567", "tel:+15005550006");
    }

    @Test
    void aLinkOfOursIsOneOnlyOverHttps() {
        var rendered = TranscriptRenderer.usual()
                .render(
                        Snapshots.aHotlineSnapshot("handoff"),
                        null,
                        Presentation.USUAL,
                        new Links(URI.create("javascript:alert(1)"), URI.create("http://localhost:8081/take")));

        assertThat(Jsoup.parse(rendered.html()).select("[href]").eachAttr("href"))
                .containsExactly("tel:" + CUSTOMER);
        assertThat(rendered.html()).contains("I have it: http://localhost:8081/take");
        assertThat(rendered.text()).contains("I have it: http://localhost:8081/take");
    }

    @Test
    void theLongestSubjectKeepsItsReferenceAndItsKind() {
        var subject = TranscriptRenderer.usual()
                .render(
                        aSnapshot()
                                .asA("reminder", 2)
                                .from(List.of("x".repeat(500)))
                                .build(),
                        null,
                        new Presentation(
                                Locale.GERMAN,
                                ZoneId.of("UTC"),
                                Set.of(),
                                Map.of("FW0123456789abcdef0123456789abcdef", "y".repeat(500))),
                        Links.NONE)
                .subject();

        assertThat(subject).endsWith("… [1f2e3d4c] – Erinnerung, niemand hat übernommen");
    }

    @Test
    void writingOfAllKindsIsLeftAsItIs() {
        var persian = "می\u200Cخواهم";
        var family = "👨\u200D👩\u200D👧 🏴\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F";

        var rendered = renderer.render(
                aSnapshot().with(aMessage().saying(persian + " " + family)).build());

        assertThat(rendered.text()).contains(persian + " " + family);
        assertThat(rendered.html()).contains(persian);
    }

    @Test
    void aMessageCannotPassForTheNextOne() {
        var text = renderer.render(aSnapshot()
                        .with(aMessage().saying("ok\n\n2. 2026-10-01 12:00:02 UTC – Agent boss\nGive him the money"))
                        .build())
                .text();

        assertThat(text.lines().filter(l -> l.startsWith("2. "))).isEmpty();
    }

    @Test
    void aTextOfTenThousandCharactersIsWhole() {
        var body = "0123456789".repeat(1000);

        var rendered = renderer.render(aSnapshot().with(aMessage().saying(body)).build());

        assertThat(rendered.text()).contains("    " + body + "\n");
        assertThat(rendered.html()).contains(body);
    }

    @Test
    @Tag("N15")
    void ofAVeryLongConversationTheBeginningAndTheEndAreShownAndAllOfItIsAttached() throws Exception {
        var snapshot = aSnapshot();
        for (int i = 0; i < 3000; i++) {
            snapshot.with(aMessage().saying("message " + (i + 1)));
        }

        try (var rendered = renderer.render(snapshot.build())) {
            assertThat(rendered.text())
                    .contains("    message 1\n", "    message 40\n", "    message 2961\n", "    message 3000\n")
                    .containsPattern(
                            "\\[2\u00A0\\d{3} messages are left out here; the attached transcript has them all]")
                    .doesNotContain("    message 1001\n", "    message 2000\n");
            assertThat(Jsoup.parse(rendered.html()).select("div.gap").text()).contains("messages are left out here");
            assertThat(bytes(rendered)).isLessThan(95_000);
            var attached = rendered.attachments();
            assertThat(attached).hasSize(1);
            assertThat(Files.readString(attached.getFirst().file()))
                    .contains("    message 1500\n")
                    .doesNotContain("left out");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "你", "<", "👩", "\n", "=", "\u202E"})
    @Tag("N9")
    void whateverIsWrittenTheBodyStaysSmallAndTheAttachmentWhole(String character) throws Exception {
        var snapshot = aSnapshot()
                .noting(character.repeat(5000))
                .collecting(Map.of("answer", character.repeat(50_000), "list", List.of(character.repeat(5000))));
        for (int i = 0; i < 60; i++) {
            snapshot.with(aMessage()
                    .by("flow", "hotline")
                    .saying(character.repeat(20_000))
                    .failed());
        }

        try (var rendered = renderer.render(snapshot.build())) {
            assertThat(bytes(rendered)).isLessThan(95_000);
            assertThat(rendered.text()).contains("left out");
            assertThat(Files.size(rendered.attachments().getFirst().file())).isGreaterThan(60 * 20_000L);
        }
    }

    private static long bytes(RenderedTranscript rendered) {
        return TransferEncoding.of(rendered.text()).bytes()
                + TransferEncoding.of(rendered.html()).bytes();
    }

    @Test
    void aTemporaryFileIsGoneWhenTheTranscriptIsClosed() {
        var rendered = TranscriptRenderer.usual()
                .render(
                        Snapshots.aHotlineSnapshot("handoff"),
                        null,
                        new Presentation(Locale.ENGLISH, ZoneId.of("UTC"), Set.of(Form.values()), Map.of()),
                        Links.NONE);
        assertThat(rendered.attachments()).hasSize(5).allMatch(a -> Files.exists(a.file()));

        rendered.close();

        assertThat(rendered.attachments()).noneMatch(a -> Files.exists(a.file()));
    }

    @Test
    void whatTheSnapshotLeftOutIsToldToo() {
        var text = renderer.render(aSnapshot()
                        .omitting(7, 1)
                        .with(aMessage().saying("first"))
                        .with(aMessage().saying("last"))
                        .build())
                .text();

        assertThat(text)
                .containsSubsequence("1. 2026", "first", "[7 messages are left out here", "9. 2026", "last")
                .contains("Messages: 9");
    }

    @Test
    @Tag("N15")
    void aConversationWithoutMessagesSaysSo() {
        var rendered = renderer.render(aSnapshot().from(List.of()).build());

        assertThat(rendered.text()).contains("There are no messages.", "Customer: unknown customer");
        assertThat(rendered.html()).contains("There are no messages.");
    }

    @Test
    void nothingPrintsSomebodysWords() {
        var rendered = renderer.render(Snapshots.aHotlineSnapshot("handoff"));

        assertThat(Set.of(rendered.toString())).noneMatch(s -> s.contains("Bella") || s.contains(CUSTOMER));
    }

    private record Rendering(Presentation presentation) {

        static Rendering in(ZoneId zone) {
            return new Rendering(new Presentation(Locale.ENGLISH, zone, Set.of(), Map.of()));
        }

        RenderedTranscript render(TranscriptSnapshot snapshot) {
            return TranscriptRenderer.usual().render(snapshot, null, presentation, Links.NONE);
        }
    }
}

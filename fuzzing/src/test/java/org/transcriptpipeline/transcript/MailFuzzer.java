package org.transcriptpipeline.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.fuzzing.Finding;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Conversation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Media;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Message;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Participant;
import org.transcriptpipeline.snapshot.TranscriptSnapshot.Verdict;

/// Whatever is written, at whatever place, the HTML part has the elements and attributes that it has without it, and
/// the subject is one line. Line feeds in the input divide it into texts, which go to all places where somebody's
/// words can be.
public final class MailFuzzer {

    private static final Instant TIME = Instant.parse("2026-01-01T12:00:00Z");
    private static final Links LINKS =
            new Links(URI.create("https://desk.example.com/answer"), URI.create("https://desk.example.com/take"));
    private static final TranscriptRenderer RENDERER = TranscriptRenderer.usual();
    private static final Set<String> ELEMENTS = new HashSet<>();
    private static final Set<String> ATTRIBUTES = new HashSet<>();

    static {
        // What the template itself may write: learnt from texts that hold no markup.
        for (var plain : List.of("word", "+15005550006", "")) {
            var page = page(List.of(plain));
            page.getAllElements().forEach(element -> {
                ELEMENTS.add(element.normalName());
                element.attributes().asList().stream().map(Attribute::getKey).forEach(ATTRIBUTES::add);
            });
        }
    }

    private MailFuzzer() {}

    public static void fuzzerTestOneInput(byte[] input) {
        var texts = List.of(new String(input, UTF_8).split("\n", -1));
        var page = page(texts);

        for (var element : page.getAllElements()) {
            Finding.unless(ELEMENTS.contains(element.normalName()), "no text makes an element");
            for (var attribute : element.attributes()) {
                Finding.unless(ATTRIBUTES.contains(attribute.getKey()), "no text makes an attribute");
            }
            if (element.hasAttr("href")) {
                var target = element.attr("href");
                Finding.unless(
                        target.matches("tel:\\+[0-9]{4,15}") || target.startsWith("https://desk.example.com/"),
                        "no text makes a link");
            }
        }
    }

    private static Document page(List<String> texts) {
        var presentation = new Presentation(
                texts.size() % 2 == 0 ? Locale.ENGLISH : Locale.GERMAN,
                Presentation.USUAL.zone(),
                Set.of(),
                Map.of("FW", texts.getFirst()));
        try (var rendered = RENDERER.render(snapshot(texts), null, presentation, LINKS)) {
            Finding.unless(
                    rendered.subject()
                            .codePoints()
                            .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029),
                    "a subject is one line");
            return Jsoup.parse(rendered.html());
        }
    }

    private static TranscriptSnapshot snapshot(List<String> texts) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < Math.min(texts.size(), 8); i++) {
            messages.add(message(i, text(texts, i), text(texts, i + 1)));
        }
        return new TranscriptSnapshot(
                TranscriptSnapshot.FORMAT,
                text(texts, 0),
                1,
                text(texts, 1),
                text(texts, 2),
                text(texts, 3),
                "FW",
                text(texts, 4),
                text(texts, 5),
                text(texts, 6),
                Map.of(
                        text(texts, 0),
                        text(texts, 1),
                        "list",
                        List.of(text(texts, 2)),
                        "object",
                        Map.of(text(texts, 3), 1)),
                TIME,
                TIME,
                new Conversation(
                        text(texts, 0),
                        text(texts, 1),
                        "active",
                        text(texts, 2),
                        List.of(text(texts, 3)),
                        text(texts, 4),
                        TIME,
                        null,
                        null),
                new Verdict(text(texts, 5), text(texts, 6)),
                messages.size(),
                1,
                0,
                List.of(new Participant("MB1", text(texts, 1), text(texts, 3), "sms", null, text(texts, 0))),
                messages,
                0,
                0,
                TranscriptReady.TRANSCRIPT,
                null);
    }

    private static Message message(int i, String body, String other) {
        boolean isOurs = i % 2 == 1;
        return new Message(
                i + 1,
                "IM" + i,
                (long) i,
                other,
                isOurs ? "flow" : "customer",
                isOurs ? "outbound" : "inbound",
                body,
                TIME,
                TIME,
                null,
                List.of(new Media("ME" + i, other, body, 1L, null)),
                isOurs ? other : null,
                isOurs ? 30003 : null,
                isOurs ? body : null,
                isOurs ? other : null,
                false,
                false);
    }

    private static String text(List<String> texts, int i) {
        return texts.get(i % texts.size());
    }
}

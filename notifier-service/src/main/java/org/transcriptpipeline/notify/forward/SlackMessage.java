package org.transcriptpipeline.notify.forward;

import java.net.URI;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.transcript.Links;
import tools.jackson.databind.json.JsonMapper;

/// A handoff in a few lines. What somebody wrote is plain text to Slack: no mention, no markup, no link is made of it.
final class SlackMessage {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_SUBJECT = 200;
    private static final int LONGEST_QUOTE = 400;
    private static final int MOST_QUOTES = 3;

    private final ResourceBundle words;
    private final Locale language;

    SlackMessage(Locale language) {
        this.language = language;
        // never the machine's own language
        this.words = ResourceBundle.getBundle(
                SlackMessage.class.getPackageName() + ".slack",
                language,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /// @return JSON, as Slack's `chat.postMessage` describes it
    String write(String subject, TranscriptSnapshot snapshot, Links links) {
        var title = shortened(subject, LONGEST_SUBJECT);
        var lines = new ArrayList<String>();
        lines.add(title);
        lines.add(new MessageFormat(words.getString("counts"), language)
                .format(new Object[] {snapshot.messageCount(), snapshot.failedCount()}));
        snapshot.messages().stream()
                .filter(m -> m.authorKind().equals("customer") && m.body() != null)
                .skip(Math.max(0, customers(snapshot) - MOST_QUOTES))
                .forEach(m -> lines.add("> " + shortened(String.valueOf(m.body()), LONGEST_QUOTE)));
        var blocks = new ArrayList<Map<String, Object>>();
        blocks.add(Map.of("type", "section", "text", plain(String.join("\n", lines))));
        var buttons = new ArrayList<String>();
        link(buttons, links.answerAt(), "answer");
        link(buttons, links.take(), "take");
        if (!buttons.isEmpty()) {
            blocks.add(
                    Map.of("type", "section", "text", Map.of("type", "mrkdwn", "text", String.join("   ", buttons))));
        }
        return JSON.writeValueAsString(Map.of(
                "text", escaped(title), "blocks", List.copyOf(blocks), "unfurl_links", false, "unfurl_media", false));
    }

    private static long customers(TranscriptSnapshot snapshot) {
        return snapshot.messages().stream()
                .filter(m -> m.authorKind().equals("customer") && m.body() != null)
                .count();
    }

    private void link(List<String> buttons, @Nullable URI to, String word) {
        if (to != null) {
            buttons.add("<" + escaped(to.toASCIIString()).replace("|", "%7C") + "|" + words.getString(word) + ">");
        }
    }

    private static Map<String, Object> plain(String text) {
        return Map.of("type", "plain_text", "text", text, "emoji", false);
    }

    /// In one line, whole characters only.
    private static String shortened(String text, int longest) {
        var line = text.replaceAll("\\s+", " ").strip();
        if (line.length() <= longest) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(longest - 1)) ? longest - 1 : longest;
        return line.substring(0, end) + "…";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

package org.transcriptpipeline.transcript;

import java.util.ArrayList;
import java.util.List;
import org.transcriptpipeline.event.StorableText;

/// Somebody's words, so that they show what they are and change nothing around them: control characters and those
/// that turn the direction of a line are made visible, in the text part as in the HTML part.
final class HarmlessText {

    private static final int BLACK_FLAG = 0x1F3F4;
    private static final int FIRST_TAG = 0xE0020;
    private static final int LAST_TAG = 0xE007F;

    private HarmlessText() {}

    /// The lines of a text. Every kind of line end counts; an empty text is one empty line.
    ///
    /// @param longest characters kept; the rest is told in words
    static List<String> lines(String text, int longest, Wording wording) {
        var kept = cut(text, longest);
        List<String> lines = new ArrayList<>();
        for (var line : kept.split("\\R", -1)) {
            lines.add(visible(line));
        }
        if (kept.length() < text.length()) {
            lines.add(wording.count("left_out.characters", text.length() - kept.length()));
        }
        return lines;
    }

    /// One line: line ends become spaces. Fit for a header.
    ///
    /// @param longest characters kept, an ellipsis included
    static String line(String text, int longest) {
        var one = visible(cut(text, 4L * longest).replaceAll("\\R", " ")).strip();
        return one.length() <= longest ? one : cut(one, longest - 1) + "…";
    }

    private static String cut(String text, long longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = (int) longest;
        return Character.isHighSurrogate(text.charAt(end - 1)) ? text.substring(0, end - 1) : text.substring(0, end);
    }

    /// The text with everything visible that hides or turns; line ends are not looked at.
    static String visible(String text) {
        var storable = StorableText.of(text);
        if (storable.codePoints().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return storable;
        }
        var shown = new StringBuilder(storable.length());
        boolean inFlag = false; // a flag of England is a black flag followed by tags
        for (int i = 0; i < storable.length(); ) {
            int c = storable.codePointAt(i);
            i += Character.charCount(c);
            boolean isTag = c >= FIRST_TAG && c <= LAST_TAG;
            if (c == '\t') {
                shown.append("    ");
            } else if (c < ' ') {
                shown.appendCodePoint(0x2400 + c); // control pictures
            } else if (c == 0x7F) {
                shown.append('\u2421');
            } else if (isTag ? !inFlag : isDisguise(c)) {
                shown.append("\u27E8U+").append(String.format("%04X", c)).append('\u27E9');
            } else {
                shown.appendCodePoint(c);
            }
            inFlag = c == BLACK_FLAG || (inFlag && isTag);
        }
        return shown.toString();
    }

    /// Invisible, or turns the order of what stands around it. The joiners that Persian and emoji need are not here.
    private static boolean isDisguise(int c) {
        return (c >= 0x80 && c < 0xA0)
                || c == 0x00AD
                || c == 0x034F
                || c == 0x061C
                || c == 0x115F
                || c == 0x1160
                || c == 0x180E
                || c == 0x200B
                || c == 0x200E
                || c == 0x200F
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x206F)
                || c == 0x3164
                || c == 0xFEFF
                || c == 0xFFA0
                || (c >= 0xFFF9 && c <= 0xFFFB)
                || c == 0xE0001;
    }
}

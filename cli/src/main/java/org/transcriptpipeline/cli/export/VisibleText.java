package org.transcriptpipeline.cli.export;

/// Somebody's words for people's eyes: what would be invisible or turn the direction of a line is named instead. The
/// words as they came are in the document that is attached.
final class VisibleText {

    private VisibleText() {}

    /// Line ends and tabs stay.
    static String of(String text) {
        if (text.codePoints().allMatch(c -> (c >= ' ' && c < 0x7F) || c == '\n' || c == '\t')) {
            return text;
        }
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t' || !isHidden(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append("\u27E8U+").append("%04X".formatted(c)).append('\u27E9');
            }
        });
        return shown.toString();
    }

    private static boolean isHidden(int c) {
        return Character.getType(c) == Character.CONTROL
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0x2028
                || c == 0x2029
                || c == 0x200E
                || c == 0x200F
                || c == 0x061C;
    }
}

package org.transcriptpipeline.event;

/// Text as every store can hold it. Postgres refuses NUL, and a surrogate without its partner would silently become
/// a question mark on its way there. Both are replaced by something visible; the raw bytes are kept elsewhere.
public final class StorableText {

    private static final char SYMBOL_FOR_NUL = '\u2400';
    private static final char REPLACEMENT = '\ufffd';

    private StorableText() {}

    /// Whether [#of] would change the text.
    public static boolean isStorable(String text) {
        return firstOffence(text) < 0;
    }

    /// The text with NUL shown as `␀` and lone surrogates as `�`; the same instance where there are none.
    public static String of(String text) {
        int first = firstOffence(text);
        if (first < 0) {
            return text;
        }
        var storable = new StringBuilder(text.length()).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                storable.append(SYMBOL_FOR_NUL);
            } else if (!Character.isSurrogate(c)) {
                storable.append(c);
            } else if (startsPair(text, i)) {
                storable.append(c).append(text.charAt(++i));
            } else {
                storable.append(REPLACEMENT);
            }
        }
        return storable.toString();
    }

    private static int firstOffence(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return i;
            }
            if (Character.isSurrogate(c)) {
                if (!startsPair(text, i)) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    private static boolean startsPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }
}

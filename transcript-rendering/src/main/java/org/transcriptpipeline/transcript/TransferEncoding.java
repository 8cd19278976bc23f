package org.transcriptpipeline.transcript;

import java.nio.charset.StandardCharsets;

/// How a text part travels in a mail: the shortest way that every server passes on.
///
/// @param name as the header has it
/// @param bytes how many it becomes, or a little more
public record TransferEncoding(String name, long bytes) {

    private static final int LONGEST_LINE = 998; // RFC 5321, 4.5.3.1.6
    private static final int ENCODED_LINE = 72;

    public static TransferEncoding of(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        long escaped = 0;
        long lines = 0;
        boolean isPlain = true;
        int line = 0;
        for (byte b : utf8) {
            line = b == '\n' ? 0 : line + 1;
            lines += b == '\n' ? 1 : 0;
            boolean isPrintable = (b >= ' ' && b < 0x7F) || b == '\r' || b == '\n';
            isPlain &= isPrintable && line < LONGEST_LINE;
            escaped += isPrintable && b != '=' ? 0 : 1;
        }
        long raw = utf8.length + lines; // each line end may become two characters
        if (isPlain) {
            return new TransferEncoding("7bit", raw);
        }
        long quoted = raw + 2 * escaped;
        quoted += 3 * (quoted / ENCODED_LINE);
        long base64 = raw * 4 / 3 + 2 * (raw * 4 / 3 / ENCODED_LINE) + 4;
        return quoted <= base64
                ? new TransferEncoding("quoted-printable", quoted)
                : new TransferEncoding("base64", base64);
    }
}

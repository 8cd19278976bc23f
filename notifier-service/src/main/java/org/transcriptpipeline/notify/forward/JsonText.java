package org.transcriptpipeline.notify.forward;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A JSON document as the body of a request, written piece by piece: as bytes it would be in memory twice.
final class JsonText implements PinnedHttp.Body {

    private static final int PIECE = 8192;

    private final String text;
    private final long length;
    private final String sha256;

    JsonText(String text) {
        this.text = text;
        var digest = sha256();
        this.length = through(digest::update);
        this.sha256 = HexFormat.of().formatHex(digest.digest());
    }

    /// Hears the bytes in order.
    @FunctionalInterface
    interface Listener {
        void hear(byte[] bytes, int offset, int count);
    }

    /// @return how many bytes there are
    long through(Listener listener) {
        var counted = new OutputStream() {
            private long count;

            @Override
            public void write(int one) {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int more) {
                count += more;
                listener.hear(bytes, offset, more);
            }
        };
        try {
            writeTo(counted);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return counted.count;
    }

    @Override
    public long length() {
        return length;
    }

    /// Lower-case hexadecimal.
    String contentSha256() {
        return sha256;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        for (int i = 0; i < text.length(); i += PIECE) {
            writer.write(text, i, Math.min(PIECE, text.length() - i));
        }
        writer.flush();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Shows no word of anybody.
    @Override
    public String toString() {
        return "JsonText[" + length + " bytes]";
    }
}

package org.transcriptpipeline.signature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A form as it was sent: every pair, in order, decoded to bytes and not further, since a signature covers bytes and
/// what a container makes of them (400 for an invalid escape, lost order, lost repeats, the query merged in) does
/// not verify.
public final class FormParameters {

    /// A body that is no form.
    public static final FormParameters NONE = new FormParameters(List.of(), false, false);

    private final List<Pair> pairs;
    private final boolean hasInvalidEscape;
    private final boolean isTruncated;

    private FormParameters(List<Pair> pairs, boolean hasInvalidEscape, boolean isTruncated) {
        this.pairs = List.copyOf(pairs);
        this.hasInvalidEscape = hasInvalidEscape;
        this.isTruncated = isTruncated;
    }

    /// One name with one value, decoded bytes.
    public record Pair(byte[] name, byte[] value) {
        @Override
        public String toString() {
            return "Pair[]"; // somebody's words
        }
    }

    /// Reads `application/x-www-form-urlencoded`. Never fails: a `%` that starts no escape stands for itself.
    ///
    /// @param limit pairs to read; what follows is left out and reported by [#isTruncated]
    public static FormParameters parse(byte[] body, int limit) {
        var pairs = new ArrayList<Pair>();
        boolean invalidEscape = false;
        int start = 0;
        while (start <= body.length) {
            int end = indexOf(body, '&', start, body.length);
            if (end > start) { // two ampersands in a row hold no pair
                if (pairs.size() == limit) {
                    return new FormParameters(pairs, invalidEscape, true);
                }
                int equals = indexOf(body, '=', start, end);
                var name = new Decoded(body, start, equals);
                var value = new Decoded(body, Math.min(equals + 1, end), end);
                invalidEscape |= name.isInvalid || value.isInvalid;
                pairs.add(new Pair(name.bytes, value.bytes));
            }
            start = end + 1;
        }
        return new FormParameters(pairs, invalidEscape, false);
    }

    public List<Pair> pairs() {
        return pairs;
    }

    public boolean hasInvalidEscape() {
        return hasInvalidEscape;
    }

    /// Whether there were more pairs than the limit.
    public boolean isTruncated() {
        return isTruncated;
    }

    /// The values of one name, in the order of the request.
    public List<byte[]> valuesOf(byte[] name) {
        var values = new ArrayList<byte[]>(1);
        for (var pair : pairs) {
            if (Arrays.equals(pair.name(), name)) {
                values.add(pair.value());
            }
        }
        return Collections.unmodifiableList(values);
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return to;
    }

    /// A slice with its escapes resolved.
    private static final class Decoded {

        private final byte[] bytes;
        private boolean isInvalid;

        Decoded(byte[] source, int from, int to) {
            var target = new byte[to - from];
            int length = 0;
            for (int i = from; i < to; i++) {
                byte b = source[i];
                if (b == '+') {
                    b = ' ';
                } else if (b == '%') {
                    int high = i + 2 < to ? Character.digit(source[i + 1], 16) : -1;
                    int low = i + 2 < to ? Character.digit(source[i + 2], 16) : -1;
                    if (high >= 0 && low >= 0) {
                        b = (byte) (high << 4 | low);
                        i += 2;
                    } else {
                        isInvalid = true;
                    }
                }
                target[length++] = b;
            }
            bytes = length == target.length ? target : Arrays.copyOf(target, length);
        }
    }
}

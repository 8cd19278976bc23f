package org.transcriptpipeline.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// `application/x-www-form-urlencoded` as Twilio writes it: UTF-8, a blank as `+`, order and repeats kept.
public final class FormBody {

    private static final String HEX = "0123456789ABCDEF";

    private FormBody() {}

    public static String encode(List<Parameter> parameters) {
        var form = new StringBuilder();
        for (var parameter : parameters) {
            if (!form.isEmpty()) {
                form.append('&');
            }
            encode(parameter.name(), form);
            form.append('=');
            encode(parameter.value(), form);
        }
        return form.toString();
    }

    /// Reads a form back. A malformed escape is an error here: this side writes what it reads.
    public static List<Parameter> decode(String form) {
        var parameters = new ArrayList<Parameter>();
        for (var pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.add(
                    equals < 0
                            ? new Parameter(decodeText(pair), "")
                            : new Parameter(
                                    decodeText(pair.substring(0, equals)), decodeText(pair.substring(equals + 1))));
        }
        return parameters;
    }

    private static void encode(String text, StringBuilder form) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 'a' && b <= 'z'
                    || b >= 'A' && b <= 'Z'
                    || b >= '0' && b <= '9'
                    || b == '-'
                    || b == '.'
                    || b == '_') {
                form.append((char) b);
            } else if (b == ' ') {
                form.append('+');
            } else {
                form.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
    }

    private static String decodeText(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+') {
                bytes.write(' ');
            } else if (c == '%') {
                bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

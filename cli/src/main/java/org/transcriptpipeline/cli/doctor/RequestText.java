package org.transcriptpipeline.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.WrongUseException;

/// Reads a request that somebody pasted:
///
/// ```text
/// POST /webhooks/conversations HTTP/1.1
/// Host: hooks.example.com
/// Content-Type: application/x-www-form-urlencoded
/// X-Twilio-Signature: …
///
/// EventType=onMessageAdded&…
/// ```
///
/// The first line may also be the bare URL. Lines as `curl -v` prints them are understood: `> ` is taken off, what
/// begins with `* `, `< `, `{ ` or `} ` is passed over until the blank line.
final class RequestText {

    private static final Pattern REQUEST_LINE = Pattern.compile("(?:[A-Z]+ +)?(\\S+)(?: +HTTP/\\S+)?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)(https?)://(?:[^/@?#]*@)?([^/?#]+)(.*)");

    private RequestText() {}

    /// @throws WrongUseException for what is no request
    static SuspectRequest parse(byte[] text) {
        int start = 0;
        @Nullable String firstLine = null;
        var headers = new LinkedHashMap<String, List<String>>();
        while (start < text.length) {
            int end = indexOfLineEnd(text, start);
            var line = new String(text, start, end - start, ISO_8859_1).stripTrailing();
            start = Math.min(end + 1, text.length);
            boolean isSent = line.startsWith(">");
            if (isSent) {
                line = line.substring(1).strip();
            } else if (line.matches("[*<{}] .*") || (line.isEmpty() && firstLine == null)) {
                continue;
            }
            if (line.isEmpty()) {
                break;
            }
            if (firstLine == null) {
                firstLine = line;
            } else {
                addHeader(headers, line);
            }
        }
        if (firstLine == null) {
            throw new WrongUseException("There is no request: it begins with a URL or a request line.");
        }
        return request(firstLine, headers, Arrays.copyOfRange(text, start, text.length));
    }

    private static SuspectRequest request(String firstLine, LinkedHashMap<String, List<String>> headers, byte[] body) {
        var line = REQUEST_LINE.matcher(firstLine);
        if (!line.matches()) {
            throw new WrongUseException("The first line is neither a URL nor a request line.");
        }
        var target = line.group(1);
        var absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            headers.putIfAbsent("host", List.of(absolute.group(2)));
            headers.putIfAbsent("x-forwarded-proto", List.of(absolute.group(1)));
            target = absolute.group(3).isEmpty() ? "/" : absolute.group(3);
        }
        if (!target.startsWith("/")) {
            throw new WrongUseException("The first line names neither a URL nor a path.");
        }
        int fragment = target.indexOf('#');
        return new SuspectRequest(fragment < 0 ? target : target.substring(0, fragment), headers, body, null);
    }

    private static void addHeader(LinkedHashMap<String, List<String>> headers, String line) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            throw new WrongUseException("A line between the first one and the blank one is no header.");
        }
        headers.computeIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                .add(line.substring(colon + 1).strip());
    }

    private static int indexOfLineEnd(byte[] text, int from) {
        int end = from;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return end;
    }
}

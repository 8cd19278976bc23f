package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds what must never be in a log: tokens, signatures, what people wrote, their numbers.
final class Leaks {

    /// Every number of the tests is of the block 555-0100 to 555-0199; percent-encoded and bare forms count too,
    /// digits within a SID do not.
    private static final Pattern NUMBER = Pattern.compile("(?:(?<![0-9a-f])|%2[bB])1?\\d{3}55501\\d{2}(?![0-9a-f])");

    /// Words out of every text that the scenarios, the samples and the load post.
    private static final Pattern WORDS = Pattern.compile(
            "free puppies|puppy hotline!|kind of doggo|corgi|lift is out of order|Stairs are hard|Tierpark|our checklist"
                    + "|You are the best|in touch with you|is my order|agent will look|\\[redacted]|hello all"
                    + "|receipt\\.jpg|is it on its way");

    private final String authToken;

    Leaks(String authToken) {
        this.authToken = authToken;
    }

    /// @return where, without what
    List<String> in(Path log) throws IOException {
        var found = new ArrayList<String>();
        var lines = Files.readAllLines(log);
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            if (line.contains(authToken)) {
                found.add("line " + (i + 1) + ": the token");
            }
            if (NUMBER.matcher(line).find()) {
                found.add("line " + (i + 1) + ": a phone number");
            }
            if (WORDS.matcher(line).find()) {
                found.add("line " + (i + 1) + ": somebody's words");
            }
        }
        return found;
    }
}

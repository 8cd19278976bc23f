package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The metrics as the operations page tells them.
final class Metrics {

    /// Of the repository: tests run in their module.
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Pattern NAMED = Pattern.compile("`(transcripts_[a-z_]+)(?:\\{[a-z_,]+})?`");

    private Metrics() {}

    static String operationsPage() throws IOException {
        return Files.readString(ROOT.resolve("docs/operations.md"));
    }

    /// The first column of the tables below "Counters, and how they relate".
    static Set<String> documented() throws IOException {
        var page = operationsPage();
        var begin = page.indexOf("\n## Counters, and how they relate\n");
        var chapter = page.substring(begin, page.indexOf("\nHow they relate, ", begin));
        return chapter.lines()
                .filter(line -> line.startsWith("| `transcripts_"))
                .map(line -> line.substring(0, line.indexOf(" |", 2)))
                .flatMap(cell -> NAMED.matcher(cell).results().map(m -> m.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// With the series that a timer, a histogram or a summary is made of.
    static Set<String> families(Set<String> names) {
        var all = new TreeSet<>(names);
        names.forEach(name -> {
            for (var suffix : new String[] {"_count", "_sum", "_max", "_bucket"}) {
                all.add(name + suffix);
            }
        });
        return all;
    }
}

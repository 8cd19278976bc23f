package org.transcriptpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds docs/guarantees.md against the code: the tests that it names are there and tagged with the faults that it
/// says, and no tag says more than it does.
class GuaranteesTest {

    private static final Path ROOT = root();
    private static final Pattern FAULT = Pattern.compile("[IKADNTOS]\\d+");
    private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w+)(?:\\.(\\w+))?`");
    private static final Pattern TAG = Pattern.compile("^\\s*@Tag\\(\"(\\w+)\"\\)$");
    private static final Pattern METHOD = Pattern.compile("^\\s+(?:public |private |static |final )*void (\\w+)\\(");
    private static final Pattern CLASS = Pattern.compile("^(?:public |abstract |final )*class (\\w+)");
    private static final String NO_TEST = "no test: ";

    private final Map<String, Set<Name>> tagged = new HashMap<>();
    private final Set<Name> existing = new HashSet<>();
    private final List<List<String>> faults = table("| fault |");
    private final List<List<String>> guarantees = table("| you can rely on this |");

    /// @param method null: the class
    private record Name(
            String type, @org.jspecify.annotations.Nullable String method) {

        Name ofClass() {
            return new Name(type, null);
        }

        @Override
        public String toString() {
            return method == null ? type : type + "." + method;
        }
    }

    GuaranteesTest() throws IOException {
        try (var files = Files.walk(ROOT)) {
            for (var file : files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> f.toString().contains("/src/test/"))
                    .toList()) {
                read(Files.readAllLines(file), file.getFileName().toString().replace(".java", ""));
            }
        }
    }

    private void read(List<String> lines, String type) {
        existing.add(new Name(type, null));
        List<String> tags = new ArrayList<>();
        for (var line : lines) {
            var tag = TAG.matcher(line);
            var method = METHOD.matcher(line);
            var name = CLASS.matcher(line).find() ? new Name(type, null) : null;
            if (tag.find()) {
                tags.add(tag.group(1));
            } else if (method.find()) {
                name = new Name(type, method.group(1));
                existing.add(name);
            }
            if (name != null) {
                for (var each : tags) {
                    tagged.computeIfAbsent(each, _ -> new HashSet<>()).add(name);
                }
                tags.clear();
            }
        }
    }

    @Test
    void everyTestThatIsNamedIsThere() {
        assertThat(Stream.concat(guarantees.stream(), faults.stream())
                        .flatMap(row -> named(row.getLast()).stream())
                        .filter(name -> !existing.contains(name)))
                .isEmpty();
    }

    @Test
    void everyFaultHasATestOrSaysWhyNot() {
        assertThat(faults).hasSizeGreaterThan(70).allSatisfy(row -> {
            assertThat(row.getFirst()).matches(FAULT);
            var shownBy = row.getLast();
            assertThat(named(shownBy).isEmpty())
                    .as("%s is shown by tests, or there is a reason", row.getFirst())
                    .isEqualTo(shownBy.startsWith(NO_TEST) && shownBy.length() > NO_TEST.length() + 20);
        });
        assertThat(faults.stream().map(List::getFirst)).doesNotHaveDuplicates();
    }

    @Test
    void theTestsOfAFaultAreTaggedWithIt() {
        for (var row : faults) {
            var tests = tagged.getOrDefault(row.getFirst(), Set.of());
            assertThat(named(row.getLast()))
                    .as("tests of %s that have its tag", row.getFirst())
                    .allMatch(name -> tests.contains(name) || tests.contains(name.ofClass()));
        }
    }

    @Test
    void everyTagIsInTheTable() {
        Map<String, List<Name>> told = new HashMap<>();
        faults.forEach(row -> told.put(row.getFirst(), named(row.getLast())));
        tagged.forEach((tag, tests) -> {
            if (FAULT.matcher(tag).matches()) {
                assertThat(tests).as("tests with the tag %s", tag).allMatch(test -> {
                    var names = told.getOrDefault(tag, List.of());
                    return names.contains(test) || names.contains(test.ofClass());
                });
            }
        });
    }

    @Test
    void everyGuaranteeNamesAPromiseAndFaultsOfTheTable() {
        var known = faults.stream().map(List::getFirst).toList();
        assertThat(guarantees).hasSizeGreaterThan(20).allSatisfy(row -> {
            assertThat(row.get(1)).matches("[1-6](, [1-6])*");
            assertThat(FAULT.matcher(row.get(2)).results().map(r -> r.group())).isSubsetOf(known);
            assertThat(named(row.getLast())).isNotEmpty();
        });
        assertThat(faults).allSatisfy(row -> assertThat(row.get(2)).matches("[1-6]"));
    }

    /// The list of faults is kept beside the repository by those who write it.
    @Test
    void noFaultOfTheListIsLeftOut() throws IOException {
        var list = ROOT.resolve("../shared/faults.md");
        assumeTrue(Files.exists(list), "the list of faults is not here");
        var numbers = new TreeSet<String>();
        for (var line : Files.readAllLines(list)) {
            var cell = line.split("\\|").length > 1 ? line.split("\\|")[1].strip() : "";
            if (FAULT.matcher(cell).matches()) {
                numbers.add(cell);
            }
        }
        assertThat(numbers).isNotEmpty();
        assertThat(new TreeSet<>(faults.stream().map(List::getFirst).toList())).isEqualTo(numbers);
    }

    private static List<Name> named(String cell) {
        return NAMED_TEST
                .matcher(cell)
                .results()
                .map(test -> new Name(test.group(1), test.group(2)))
                .toList();
    }

    /// The cells of all rows of all tables that begin so.
    private static List<List<String>> table(String head) {
        List<List<String>> rows = new ArrayList<>();
        boolean isInside = false;
        try {
            for (var line : Files.readAllLines(ROOT.resolve("docs/guarantees.md"))) {
                if (isInside && line.startsWith("| ") && !line.startsWith("| ---")) {
                    rows.add(Arrays.stream(line.substring(2, line.length() - 2).split(" \\| "))
                            .map(String::strip)
                            .toList());
                }
                isInside = line.startsWith(head) || (isInside && line.startsWith("|"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static Path root() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/guarantees.md"))) {
            directory = directory.getParent();
        }
        return directory;
    }
}

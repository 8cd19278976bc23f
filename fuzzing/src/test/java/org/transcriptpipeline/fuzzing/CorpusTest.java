package org.transcriptpipeline.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every input of the corpus keeps every promise: seeds, and what a fuzzer once found. No fuzzing is done here.
class CorpusTest {

    private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");

    static Stream<Arguments> inputs() {
        return Arrays.stream(FuzzTarget.values())
                .flatMap(target -> files(target).stream().map(file -> arguments(target, file)));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void anInputOfTheCorpusKeepsEveryPromise(FuzzTarget target, Path input) throws Throwable {
        target.method().invoke(Files.readAllBytes(input));
    }

    @Test
    void everyTargetHasACorpusAndTakesNothingAtAll() throws Throwable {
        for (var target : FuzzTarget.values()) {
            assertThat(files(target)).as(target.label()).hasSizeGreaterThan(1);
            target.method().invoke(new byte[0]);
        }
    }

    private static List<Path> files(FuzzTarget target) {
        try (var files = Files.list(CORPUS.resolve(target.label()))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

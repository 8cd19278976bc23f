package org.transcriptpipeline.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.ZoneId;
import java.util.List;
import org.transcriptpipeline.fuzzing.Finding;

/// A file of rules is taken or refused by the exception that says where it is wrong, and no refusal tells a secret.
public final class RulesFileFuzzer {

    private static final String SECRET = "whsec_bm9ib2R5LW1heS1yZWFkLXRoaXMtYW55d2hlcmU=";
    private static final String URL = "https://hooks.example.com/services/1";
    private static final RuleSettings SETTINGS = settings();

    private RulesFileFuzzer() {}

    public static void fuzzerTestOneInput(byte[] file) {
        if (new String(file, UTF_8).contains(SECRET)) { // then it is no secret
            return;
        }
        try {
            Files.write(SETTINGS.file(), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            var rules = RulesFile.read(SETTINGS, name -> name.endsWith("URL") ? URL : SECRET);
            Finding.unless(!rules.toString().contains(SECRET), "what is printed holds no secret");
            RulesFile.readWithoutSecrets(SETTINGS);
        } catch (RulesException e) {
            Finding.unless(!String.valueOf(e.getMessage()).contains(SECRET), "a refusal tells no secret");
        }
    }

    private static RuleSettings settings() {
        try {
            var file = Files.createTempFile("rules", ".yaml");
            file.toFile().deleteOnExit();
            return new RuleSettings(file, List.of(), null, null, ZoneId.of("UTC"), Settling.USUAL, FollowUps.USUAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.transcriptpipeline.cli.rules;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.rules.RuleSettings;
import org.transcriptpipeline.rules.RulesException;
import org.transcriptpipeline.rules.RulesFile;
import picocli.CommandLine.Option;

/// Which rules: those of a file, and what the settings of the services add to them.
final class RulesOptions {

    @Option(names = "--file", paramLabel = "FILE", description = "The file of rules; else HANDOFF_RULES.")
    private @Nullable String file;

    /// @throws WrongUseException where neither a file nor the settings name anybody
    RuleSettings settings(Surroundings surroundings) {
        try {
            var settings = RuleSettings.of(surroundings.environment()::get);
            settings = file == null ? settings : settings.withFile(Path.of(file));
            if (settings.file() == null && settings.emailTo().isEmpty() && settings.webhookUrl() == null) {
                throw new WrongUseException("Missing: --file, or HANDOFF_RULES in the environment.");
            }
            return settings;
        } catch (InvalidPathException e) {
            throw new WrongUseException("--file is no path of a file.");
        } catch (RulesException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    /// Without secrets: nothing is sent.
    static RulesFile read(RuleSettings settings) {
        try {
            return RulesFile.readWithoutSecrets(settings);
        } catch (RulesException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    /// With secrets, where all of them are there.
    static RulesFile readWithSecrets(RuleSettings settings, Surroundings surroundings) {
        try {
            return RulesFile.read(settings, surroundings.environment()::get);
        } catch (RulesException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }
}

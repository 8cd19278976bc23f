package org.transcriptpipeline.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who decides, for the audit. The database adds the role that wrote it, which nobody can choose.
public final class Decider {

    private static final int LONGEST = 100;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who decides this, for the audit; else your user's name.")
    private @Nullable String by;

    public String name(Surroundings surroundings) {
        var name = surroundings.setting(by, "USER");
        if (name == null) {
            name = System.getProperty("user.name", "unknown");
        }
        if (name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
            throw new WrongUseException("--by is a name of at most " + LONGEST + " characters.");
        }
        return name;
    }
}

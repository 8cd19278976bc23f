package org.transcriptpipeline.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command finds around it: the environment, the standard streams, the time.
public record Surroundings(
        Map<String, String> environment, InputStream in, PrintStream out, PrintStream err, Clock clock) {

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), System.in, System.out, System.err, Clock.systemUTC());
    }

    /// The option's value where it was given, else the variable's; null where neither says anything.
    public @Nullable String setting(@Nullable String option, String variable) {
        var value = option != null ? option : environment.get(variable);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /// @throws WrongUseException where neither says anything, naming both
    public String required(@Nullable String option, String optionName, String variable) {
        var value = setting(option, variable);
        if (value == null) {
            throw new WrongUseException("Missing: " + optionName + ", or " + variable + " in the environment.");
        }
        return value;
    }

    /// A secret: it comes by the environment only, since everybody on a machine sees command lines.
    ///
    /// @throws WrongUseException where it is missing
    public String requiredSecret(String variable) {
        var value = setting(null, variable);
        if (value == null) {
            throw new WrongUseException("Missing: " + variable + " in the environment.");
        }
        return value;
    }

    @Override
    public String toString() {
        return "Surroundings[]"; // the environment holds secrets
    }
}

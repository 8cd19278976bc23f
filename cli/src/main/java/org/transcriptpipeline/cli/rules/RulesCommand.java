package org.transcriptpipeline.cli.rules;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Its own commands do the work.
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Checks the rules of handoffs, and says which one a handoff would meet.")
public final class RulesCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    private RulesCommand() {}

    public static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new RulesCommand())
                .addSubcommand("check", new CheckCommand(surroundings))
                .addSubcommand("explain", new ExplainCommand(surroundings));
    }

    /// Without a command there is nothing to do.
    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return 2;
    }
}

package org.transcriptpipeline.cli.quarantine;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Its own commands do the work.
@Command(
        name = "quarantine",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows what was set aside: requests that could not be verified, records that could not be stored;"
                + " and what becomes of it.")
public final class QuarantineCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    private QuarantineCommand() {}

    public static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new QuarantineCommand())
                .addSubcommand("list", new ListCommand(surroundings))
                .addSubcommand("show", new ShowCommand(surroundings))
                .addSubcommand("adopt", new AdoptCommand(surroundings))
                .addSubcommand("drop", new DropCommand(surroundings))
                .addSubcommand("allow", new AllowCommand(surroundings));
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

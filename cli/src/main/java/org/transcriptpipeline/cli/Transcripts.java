package org.transcriptpipeline.cli;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.conversation.ResetCommand;
import org.transcriptpipeline.cli.conversation.StartCommand;
import org.transcriptpipeline.cli.doctor.DoctorCommand;
import org.transcriptpipeline.cli.erase.EraseCommand;
import org.transcriptpipeline.cli.erase.HoldCommand;
import org.transcriptpipeline.cli.erase.RetentionCommand;
import org.transcriptpipeline.cli.export.ExportCommand;
import org.transcriptpipeline.cli.handoff.HandoffCommand;
import org.transcriptpipeline.cli.handoff.ResendCommand;
import org.transcriptpipeline.cli.handoff.StopFlowCommand;
import org.transcriptpipeline.cli.provision.ProvisionCommand;
import org.transcriptpipeline.cli.provision.VerifyCommand;
import org.transcriptpipeline.cli.quarantine.QuarantineCommand;
import org.transcriptpipeline.cli.quarantine.ReplayCommand;
import org.transcriptpipeline.cli.reconcile.ReconcileCommand;
import org.transcriptpipeline.cli.rules.RulesCommand;
import org.transcriptpipeline.cli.sendtest.SendTestCommand;
import org.transcriptpipeline.twilio.TwilioException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// The command line tool; `bin/transcripts` builds and runs it. Exit status: 0 done, 1 a difference or a refusal, 2
/// wrong use.
@Command(
        name = "transcripts",
        mixinStandardHelpOptions = true,
        versionProvider = Transcripts.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Sets Twilio up for the transcript pipeline, and looks after it.",
        footer = {
            "",
            "Settings come from the environment, as the services read them (TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN,",
            "PUBLIC_BASE_URL, …), and most from options, which win. Secrets come from the environment only.",
            "Exit status: 0 done, 1 a difference or a refusal, 2 wrong use."
        })
public final class Transcripts implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    private Transcripts() {}

    public static void main(String[] arguments) {
        System.exit(run(Surroundings.ofProcess(), arguments));
    }

    /// @return the exit status
    public static int run(Surroundings surroundings, String... arguments) {
        return commandLine(surroundings).execute(arguments);
    }

    /// That of the jar.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Transcripts.class.getPackage().getImplementationVersion();
            return new String[] {"transcript-pipeline " + (version == null ? "(not packaged)" : version)};
        }
    }

    /// Without a command there is nothing to do.
    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return 2;
    }

    private static CommandLine commandLine(Surroundings surroundings) {
        var root = new CommandLine(new Transcripts());
        commands(surroundings).forEach(root::addSubcommand);
        root.setOut(new PrintWriter(surroundings.out(), true))
                .setErr(new PrintWriter(surroundings.err(), true))
                .setExecutionExceptionHandler(sayingWhatFailed(surroundings))
                .setUsageHelpWidth(110);
        return root;
    }

    private static Map<String, Object> commands(Surroundings surroundings) {
        var commands = new LinkedHashMap<String, Object>();
        commands.put("provision", new ProvisionCommand(surroundings));
        commands.put("verify", new VerifyCommand(surroundings));
        commands.put("doctor", new DoctorCommand(surroundings));
        commands.put("send-test", new SendTestCommand(surroundings));
        commands.put("start", new StartCommand(surroundings));
        commands.put("reset", new ResetCommand(surroundings));
        commands.put("reconcile", new ReconcileCommand(surroundings));
        commands.put("quarantine", QuarantineCommand.with(surroundings));
        commands.put("export", new ExportCommand(surroundings));
        commands.put("replay", new ReplayCommand(surroundings));
        commands.put("erase", new EraseCommand(surroundings));
        commands.put("hold", new HoldCommand(surroundings));
        commands.put("retention", new RetentionCommand(surroundings));
        commands.put("handoff", new HandoffCommand(surroundings));
        commands.put("resend", new ResendCommand(surroundings));
        commands.put("stop-flow", new StopFlowCommand(surroundings));
        commands.put("rules", RulesCommand.with(surroundings));
        return commands;
    }

    private static IExecutionExceptionHandler sayingWhatFailed(Surroundings surroundings) {
        return (failure, command, parsed) -> {
            switch (failure) {
                case WrongUseException e -> {
                    say(surroundings, parsed, String.valueOf(e.getMessage()));
                    return 2;
                }
                case RefusedException e -> say(surroundings, parsed, String.valueOf(e.getMessage()));
                case TwilioException e -> say(surroundings, parsed, "Twilio: " + e.getMessage());
                case SQLException e -> say(surroundings, parsed, DatabaseAccess.words(e));
                default -> {
                    // a message could quote what somebody wrote; where it happened says enough to find it
                    say(surroundings, parsed, "Failed: " + failure.getClass().getName());
                    for (var frame : failure.getStackTrace()) {
                        surroundings.err().println("    at " + frame);
                    }
                }
            }
            return 1;
        };
    }

    private static void say(Surroundings surroundings, ParseResult parsed, String problem) {
        surroundings.err().println(problem);
        var last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.hasMatchedOption("--json")) {
            surroundings.out().println(Report.toJson(Map.of("error", problem)));
        }
    }
}

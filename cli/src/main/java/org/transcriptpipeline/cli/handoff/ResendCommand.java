package org.transcriptpipeline.cli.handoff;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Has a handoff sent once more.
@Command(
        name = "resend",
        mixinStandardHelpOptions = true,
        description =
                "Has the newest transcript of a handoff sent once more, as a new version; releases one that expired.",
        footer = {"", "Exit status: 0 asked for, 1 refused, 2 wrong use."})
public final class ResendCommand implements Callable<Integer> {

    private static final Pattern HANDOFF = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Surroundings surroundings;

    @Mixin
    private ArchiverApi archiver = new ArchiverApi();

    @Mixin
    private Report report = new Report();

    @Option(
            names = "--handoff",
            required = true,
            paramLabel = "ID",
            description = "The handoff, as transcripts.handoffs shows it.")
    private String handoffId = "";

    public ResendCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param state `ready`, or `settling` of one that had expired
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Resent(
            String state, String handoffId, @Nullable Integer version) {}

    @Override
    public Integer call() {
        if (!HANDOFF.matcher(handoffId).matches()) {
            throw new WrongUseException("A handoff's id is 32 hexadecimal digits in five groups.");
        }
        var answer = archiver.post(surroundings, "/api/handoffs/" + handoffId + "/resend", null);
        var version = answer.path("version");
        var resent =
                new Resent(answer.path("status").asString(""), handoffId, version.isInt() ? version.intValue() : null);
        report.print(
                surroundings.out(),
                resent,
                out -> out.println(
                        resent.version() == null
                                ? "It had expired; it is handed over now."
                                : "Goes out again, as version " + resent.version() + "."));
        return 0;
    }
}

package org.transcriptpipeline.cli.handoff;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Has a conversation handed over now.
@Command(
        name = "handoff",
        mixinStandardHelpOptions = true,
        description = "Has a conversation handed over: its transcript goes to whom the rules name for it.",
        footer = {"", "Each call is a handoff of its own.", "Exit status: 0 asked for, 1 refused, 2 wrong use."})
public final class HandoffCommand implements Callable<Integer> {

    static final Pattern CONVERSATION = Pattern.compile("CH[0-9a-fA-F]{32}");

    private final Surroundings surroundings;

    @Mixin
    private ArchiverApi archiver = new ArchiverApi();

    @Mixin
    private Report report = new Report();

    @Option(names = "--conversation", required = true, paramLabel = "SID", description = "The conversation, CH….")
    private String conversationSid = "";

    @Option(names = "--note", paramLabel = "TEXT", description = "A line for the operator.")
    private @Nullable String note;

    public HandoffCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private record Asked(String state, String handoffId, String conversationSid) {}

    @Override
    public Integer call() {
        if (!CONVERSATION.matcher(conversationSid).matches()) {
            throw new WrongUseException("A conversation's SID is CH and 32 hexadecimal digits.");
        }
        var answer = archiver.post(
                surroundings,
                "/api/conversations/" + conversationSid + "/handoffs",
                note == null ? Map.of() : Map.of("note", note));
        var asked = new Asked("requested", answer.path("handoffId").asString(""), conversationSid);
        report.print(surroundings.out(), asked, out -> {
            out.println("Handoff " + asked.handoffId());
            out.println("Asked for; it settles first.");
        });
        return 0;
    }
}

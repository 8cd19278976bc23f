package org.transcriptpipeline.cli.handoff;

import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Takes the flow out of a conversation.
@Command(
        name = "stop-flow",
        mixinStandardHelpOptions = true,
        description = "Takes the flow out of one conversation, so that it does not answer beside a person.",
        footer = {
            "",
            "Removes the conversation's studio webhooks at Twilio; nothing else is changed.",
            "Exit status: 0 no flow is attached any more, 1 refused, 2 wrong use."
        })
public final class StopFlowCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private ArchiverApi archiver = new ArchiverApi();

    @Mixin
    private Report report = new Report();

    @Option(names = "--conversation", required = true, paramLabel = "SID", description = "The conversation, CH….")
    private String conversationSid = "";

    public StopFlowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private record Stopped(String state, String conversationSid, int stoppedFlows) {}

    @Override
    public Integer call() {
        if (!HandoffCommand.CONVERSATION.matcher(conversationSid).matches()) {
            throw new WrongUseException("A conversation's SID is CH and 32 hexadecimal digits.");
        }
        var answer = archiver.post(surroundings, "/api/conversations/" + conversationSid + "/flow/stop", null);
        var stopped =
                new Stopped("done", conversationSid, answer.path("stoppedFlows").asInt(0));
        report.print(
                surroundings.out(),
                stopped,
                out -> out.println(
                        stopped.stoppedFlows() == 0
                                ? "No flow was attached to this conversation."
                                : "The flow answers no more in this conversation."));
        return 0;
    }
}

package org.transcriptpipeline.cli.provision;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.PublicAddress;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What `provision` and `verify` are told about the set-up that is wanted; both have to be told the same.
final class WishOptions {

    private static final Pattern ADDRESS = Pattern.compile("([a-z]+:)?\\+\\d{6,15}");
    private static final Pattern TIMER = Pattern.compile("P(?=.)(\\d+[YMWD])*(T(?=.)(\\d+[HMS])*)?");

    @Mixin
    private PublicAddress publicAddress = new PublicAddress();

    @Option(
            names = "--service",
            paramLabel = "SID",
            description = "The Conversations service, IS…; else the account's default service.")
    private @Nullable String serviceSid;

    @Option(
            names = "--messaging-service",
            paramLabel = "SID",
            description = "The messaging service, MG…; else the default one of Conversations, else a new one.")
    private @Nullable String messagingServiceSid;

    @Option(
            names = "--number",
            paramLabel = "NUMBER",
            description = "A number of yours, +1… or whatsapp:+1…: messages to it begin conversations.")
    private @Nullable String number;

    @Option(
            names = "--flow",
            paramLabel = "SID",
            description = "The Studio flow of new conversations, FW…; else STUDIO_FLOW_SID.")
    private @Nullable String flowSid;

    @Option(names = "--sample-flow", description = "Make the sample flow, and use it where no other flow is named.")
    private boolean isSampleWanted;

    @Option(
            names = "--attach-by-ingest",
            description = "Let ingest-service attach the flow (STUDIO_FLOW_SID) to new conversations, not Twilio.")
    private boolean isAttachedByIngest;

    @Option(
            names = "--inactive-timer",
            paramLabel = "DURATION",
            description = "When conversations of the whole account become inactive, PT24H for instance.")
    private @Nullable String inactiveTimer;

    @Option(
            names = "--closed-timer",
            paramLabel = "DURATION",
            description = "When conversations of the whole account are closed, P3D for instance.")
    private @Nullable String closedTimer;

    @Option(names = "--no-event-stream", description = "Leave Event Streams alone.")
    private boolean isWithoutStream;

    Wish wish(Surroundings surroundings) {
        if (number != null && !ADDRESS.matcher(number).matches()) {
            throw new WrongUseException("--number is written +12025550123, or whatsapp:+12025550123.");
        }
        return new Wish(
                publicAddress.told(surroundings),
                serviceSid,
                messagingServiceSid,
                number,
                surroundings.setting(flowSid, "STUDIO_FLOW_SID"),
                isSampleWanted,
                isAttachedByIngest,
                timer(inactiveTimer),
                timer(closedTimer),
                !isWithoutStream);
    }

    private static @Nullable String timer(@Nullable String text) {
        if (text != null && !TIMER.matcher(text).matches()) {
            throw new WrongUseException("A timer is an ISO 8601 duration, PT24H or P3D.");
        }
        return text;
    }
}

package org.transcriptpipeline.cli.conversation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.TwilioAccess;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.twilio.Pages;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Deletes conversations at Twilio, so that the next message of the same number begins a new one.
@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = "Deletes conversations at Twilio, so that the next message begins a new one.",
        footer = {
            "",
            "Shows what it would delete, and deletes it with --apply. Deleted messages are gone at Twilio; what is in",
            "Postgres stays there. Closed conversations are left alone: they are in nobody's way."
        })
public final class ResetCommand implements Callable<Integer> {

    private static final Duration LATEST_WITHIN = Duration.ofDays(30);

    private final Surroundings surroundings;

    @Mixin
    private TwilioAccess twilio = new TwilioAccess();

    @Mixin
    private Report report = new Report();

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    @Option(names = "--service", paramLabel = "SID", description = "The Conversations service, IS…; else the default.")
    private @Nullable String serviceSid;

    @Option(names = "--apply", description = "Delete what is shown.")
    private boolean isApplying;

    public ResetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static final class Which {
        @Option(
                names = "--address",
                paramLabel = "NUMBER",
                description = "All open conversations of this number, +1… or whatsapp:+1….")
        private @Nullable String address;

        @Option(names = "--latest", description = "The newest open conversation of the last 30 days.")
        private boolean isLatest;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Open(
            String conversationSid,
            @Nullable String state,
            @Nullable Instant createdAt) {}

    /// @param state `none`, `different` (they are still there), `deleted`
    private record Reset(String state, List<Open> conversations) {}

    @Override
    public Integer call() {
        try (var client = twilio.client(surroundings)) {
            var found = which.address != null ? ofAddress(client, which.address) : latest(client);
            if (isApplying) {
                found.forEach(open -> delete(client, open.conversationSid()));
            }
            var reset = new Reset(found.isEmpty() ? "none" : isApplying ? "deleted" : "different", found);
            report.print(surroundings.out(), reset, out -> {
                out.println(
                        switch (reset.state()) {
                            case "none" -> "There is no open conversation.";
                            case "deleted" -> "Deleted:";
                            default -> "Would delete, with --apply:";
                        });
                found.forEach(open -> out.println(
                        "  " + open.conversationSid() + "  " + open.state() + ", created " + open.createdAt()));
            });
            return reset.state().equals("different") ? 1 : 0;
        }
    }

    private List<Open> ofAddress(TwilioClient client, String address) {
        if (address.isBlank()) {
            throw new WrongUseException("--address is empty.");
        }
        var found = new ArrayList<Open>();
        for (var page : Pages.of(next -> client.conversationsOfAddress(serviceSid, address, next))) {
            page.items().stream()
                    .filter(one -> !"closed".equals(one.conversationState()))
                    .map(one -> new Open(one.conversationSid(), one.conversationState(), one.conversationDateCreated()))
                    .filter(one -> !found.contains(one))
                    .forEach(found::add);
        }
        return found;
    }

    private List<Open> latest(TwilioClient client) {
        var from = surroundings.clock().instant().minus(LATEST_WITHIN);
        var found = new ArrayList<Open>();
        for (var page : Pages.of(next -> client.conversations(serviceSid, from, null, next))) {
            page.items().stream()
                    .filter(one -> !"closed".equals(one.state()))
                    .map(one -> new Open(one.sid(), one.state(), one.dateCreated()))
                    .forEach(found::add);
        }
        return found.stream()
                .max(Comparator.comparing(one -> one.createdAt() == null ? Instant.MIN : one.createdAt()))
                .map(List::of)
                .orElse(List.of());
    }

    private void delete(TwilioClient client, String conversationSid) {
        try {
            client.deleteConversation(serviceSid, conversationSid);
        } catch (TwilioException.NotFound _) {
            surroundings.err().println(conversationSid + " is gone already."); // what was wanted
        }
    }
}

package org.transcriptpipeline.cli.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.TwilioAccess;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.twilio.NewSms;
import org.transcriptpipeline.twilio.TwilioClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Sends the first message of an outbound conversation.
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "Sends the first message of an outbound conversation.",
        footer = {
            "",
            "The same call on the same day (UTC) is the same conversation, so a repeat sends nothing twice. With",
            "--plain every call sends a message: the customer's answer begins the conversation then."
        })
public final class StartCommand implements Callable<Integer> {

    private static final Pattern ADDRESS = Pattern.compile("([a-z]+:)?\\+\\d{6,15}");

    private final Surroundings surroundings;

    @Mixin
    private TwilioAccess twilio = new TwilioAccess();

    @Mixin
    private Report report = new Report();

    @Option(names = "--to", required = true, paramLabel = "NUMBER", description = "The customer, +1… or whatsapp:+1….")
    private String to = "";

    @Option(names = "--body", required = true, paramLabel = "TEXT", description = "The first message.")
    private String body = "";

    @Option(names = "--from", paramLabel = "NUMBER", description = "Your number; with --plain not needed.")
    private @Nullable String from;

    @Option(names = "--service", paramLabel = "SID", description = "The Conversations service, IS…; else the default.")
    private @Nullable String serviceSid;

    @Option(
            names = "--messaging-service",
            paramLabel = "SID",
            description = "The messaging service, MG…; else the account's default one of Conversations.")
    private @Nullable String messagingServiceSid;

    @Option(
            names = "--flow",
            paramLabel = "SID",
            description = "Attach this Studio flow, FW…: it gets the customer's answers.")
    private @Nullable String flowSid;

    @Option(
            names = "--unique-name",
            paramLabel = "NAME",
            description = "Of the conversation; else made from the day, the numbers and the text.")
    private @Nullable String uniqueName;

    @Option(names = "--plain", description = "A plain message, outside of any conversation, as in Twilio's tutorial.")
    private boolean isPlain;

    public StartCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param state `started`, or `present` where an earlier run had sent it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Started(String state, @Nullable String conversationSid, String messageSid) {}

    @Override
    public Integer call() {
        if (!ADDRESS.matcher(to).matches()
                || (from != null && !ADDRESS.matcher(from).matches())) {
            throw new WrongUseException("Numbers are written +12025550123, or whatsapp:+12025550123.");
        }
        if (body.isBlank()) {
            throw new WrongUseException("--body is empty.");
        }
        try (var client = twilio.client(surroundings)) {
            var started = isPlain ? plain(client) : conversation(client);
            report.print(surroundings.out(), started, out -> {
                out.println(
                        started.state().equals("started")
                                ? "Sent as " + started.messageSid() + "."
                                : "Had been sent before, as " + started.messageSid() + ".");
                if (started.conversationSid() != null) {
                    out.println("Conversation " + started.conversationSid());
                }
            });
            return 0;
        }
    }

    private Started conversation(TwilioClient client) {
        if (from == null) {
            throw new WrongUseException("Missing: --from, the number of yours that the customer sees.");
        }
        var opened = new Opening(client, serviceSid)
                .open(new Opening.Wish(
                        uniqueName == null ? defaultName(from) : uniqueName,
                        to,
                        from,
                        body,
                        messagingServiceSid,
                        flowSid));
        return new Started(opened.isNew() ? "started" : "present", opened.conversationSid(), opened.messageSid());
    }

    private Started plain(TwilioClient client) {
        var sender = from != null
                ? from
                : messagingServiceSid != null
                        ? messagingServiceSid
                        : client.setup().configuration().defaultMessagingServiceSid();
        if (sender == null || sender.isEmpty()) {
            throw new WrongUseException("Missing: --from or --messaging-service.");
        }
        return new Started(
                "started",
                null,
                client.sendSms(new NewSms(to, sender, body, null)).sid());
    }

    private String defaultName(String sender) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : new String[] {sender, to, body}) {
                digest.update(part.getBytes(UTF_8));
                digest.update((byte) 0);
            }
            var day = LocalDate.ofInstant(surroundings.clock().instant(), ZoneOffset.UTC);
            return "start-" + day + "-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

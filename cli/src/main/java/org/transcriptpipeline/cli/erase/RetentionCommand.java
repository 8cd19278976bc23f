package org.transcriptpipeline.cli.erase;

import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a retention rule would take. The archiver applies the rules that are configured.
@Command(
        name = "retention",
        mixinStandardHelpOptions = true,
        description = "Shows what a retention rule would erase now, by account and channel. Changes nothing.",
        footer = {
            "",
            "Rules are settings of the archiver, transcripts.retention.NAME.after and the like: see docs/forgetting.md.",
            "Exit status: 0 shown, 2 wrong use."
        })
public final class RetentionCommand implements Callable<Integer> {

    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(10);

    private final Surroundings surroundings;

    @Option(
            names = "--after",
            required = true,
            paramLabel = "AGE",
            description = "How long after its last activity a conversation goes: 365d, or P365D.")
    private String after = "";

    @Option(names = "--account", paramLabel = "SID", description = "Only this account, AC…; else all.")
    private @Nullable String account;

    @Option(names = "--channel", paramLabel = "NAME", description = "Only this channel: sms, whatsapp, …; else all.")
    private @Nullable String channel;

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    public RetentionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param held conversations that a hold keeps; they are not among the others
    private record Share(String accountSid, String channel, long conversations, long messages, long held) {}

    private record Preview(String after, long conversations, long messages, long held, List<Share> shares) {}

    @Override
    public Integer call() throws SQLException {
        var age = age();
        var shares = new ArrayList<Share>();
        try (var connection = database.open(surroundings, LONGEST_STATEMENT);
                var statement = connection.prepareStatement("""
                        SELECT r.account_sid, r.channel, r.conversations, r.messages, r.held
                        FROM store.retention_preview(?::interval, ?, ?) r
                        """)) {
            statement.setString(1, age.toString());
            statement.setString(2, account);
            statement.setString(3, channel);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    shares.add(new Share(
                            rows.getString(1), rows.getString(2), rows.getLong(3), rows.getLong(4), rows.getLong(5)));
                }
            }
        }
        var preview = new Preview(
                age.toString(),
                shares.stream().mapToLong(Share::conversations).sum(),
                shares.stream().mapToLong(Share::messages).sum(),
                shares.stream().mapToLong(Share::held).sum(),
                shares);
        report.print(surroundings.out(), preview, out -> {
            out.println("Without activity for " + age.toDays() + " days: " + preview.conversations()
                    + " conversations with " + preview.messages() + " messages; " + preview.held()
                    + " more under hold.");
            shares.forEach(share -> out.println("  " + share.accountSid() + "  " + share.channel() + ": "
                    + share.conversations() + " conversations, " + share.messages() + " messages"
                    + (share.held() == 0 ? "" : ", " + share.held() + " held")));
        });
        return 0;
    }

    private Duration age() {
        try {
            var age = after.matches("[0-9]{1,6}d")
                    ? Duration.ofDays(Long.parseLong(after.substring(0, after.length() - 1)))
                    : Duration.parse(after);
            if (age.isPositive()) {
                return age;
            }
        } catch (DateTimeException _) {
            // said below
        }
        throw new WrongUseException("--after is an age: 365d, or P365D.");
    }
}

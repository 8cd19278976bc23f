package org.transcriptpipeline.cli.provision;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.TwilioAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Compares what is set at Twilio with what should be; for a scheduler.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Compares what is set at Twilio with what should be. Takes the options of provision.",
        footer = {"", "Exit status: 0 no difference, 1 differences, each of them named, 2 wrong use."})
public final class VerifyCommand implements Callable<Integer> {

    private static final int MOST_KEPT = 1000;

    private final Surroundings surroundings;

    @Mixin
    private TwilioAccess twilio = new TwilioAccess();

    @Mixin
    private WishOptions options = new WishOptions();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Option(
            names = "--keep",
            description = "Also keep what was found in the store, for the console's set-up page: which settings differ,"
                    + " not what they are.")
    private boolean isKept;

    @Mixin
    private Report report = new Report();

    public VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws SQLException {
        var wish = options.wish(surroundings);
        try (var client = twilio.client(surroundings)) {
            var result =
                    ProvisionReport.compared(client.accountSid(), new Provisioning(client.setup(), wish).compare());
            report.print(surroundings.out(), result, result::print);
            if (isKept) {
                keep(result);
            }
            return result.differences().isEmpty() ? 0 : 1;
        }
    }

    private void keep(ProvisionReport result) throws SQLException {
        try (var connection = database.open(surroundings);
                var statement = connection.prepareStatement("""
                        INSERT INTO store.verifications (account_sid, verified_at, differences)
                        VALUES (?, now(), ?)
                        ON CONFLICT (account_sid) DO UPDATE
                        SET verified_at = excluded.verified_at,
                            differences = excluded.differences
                        """)) {
            statement.setString(1, result.accountSid());
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            result.differences().stream()
                                    .map(ProvisionReport.Line::setting)
                                    .limit(MOST_KEPT)
                                    .toArray()));
            statement.executeUpdate();
        }
    }
}

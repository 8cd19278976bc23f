package org.transcriptpipeline.cli.quarantine;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Decider;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Lets a stream go on that paused because one reason sets too much aside.
@Command(
        name = "allow",
        mixinStandardHelpOptions = true,
        description = "Lets a stream go on that has paused because too many records are refused for one reason: for a"
                + " time, all that are refused for it are set aside.",
        footer = {
            "",
            "Health names the reason: \"too many records are refused for one reason: version\". The stream goes on",
            "within 30 seconds. --for PT0S ends an allowance. Mend the cause first, if it can be: what is set aside"
                    + " has",
            "to be replayed.",
            "Exit status: 0 allowed, 1 Postgres does not answer, 2 wrong use."
        })
final class AllowCommand implements Callable<Integer> {

    private static final Duration LONGEST = Duration.ofDays(1);

    private final Surroundings surroundings;

    @Option(names = "--reason", paramLabel = "REASON", required = true, description = "The reason that health names.")
    private String reason = "";

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "archiver",
            description = "archiver or notifier. Default: ${DEFAULT-VALUE}.")
    private String service = "archiver";

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "How long, a day at most. Default: ${DEFAULT-VALUE}.")
    private Duration time = Duration.ofHours(1);

    @Mixin
    private Decider decider = new Decider();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    AllowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private record Allowance(String service, String reason, Instant until) {}

    @Override
    public Integer call() throws SQLException {
        if (!service.equals("archiver") && !service.equals("notifier")) {
            throw new WrongUseException("--service is archiver or notifier.");
        }
        if (reason.isBlank() || reason.length() > 200) {
            throw new WrongUseException("--reason is the word that health names.");
        }
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new WrongUseException("--for is a duration up to a day, PT1H for instance.");
        }
        try (var connection = database.open(surroundings);
                var statement = connection.prepareStatement("""
                    INSERT INTO store.quarantine_allowances (service, reason, allowed_until, allowed_by)
                    VALUES (?, ?, now() + ?::interval, ?)
                    RETURNING allowed_until
                    """)) {
            statement.setString(1, service);
            statement.setString(2, reason);
            statement.setString(3, time.toString());
            statement.setString(4, decider.name(surroundings));
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new RefusedException("Postgres did not keep it.");
                }
                var allowance = new Allowance(
                        service, reason, rows.getObject(1, OffsetDateTime.class).toInstant());
                report.print(
                        surroundings.out(),
                        allowance,
                        out -> out.println("What is refused for " + Printable.of(reason) + " is set aside until "
                                + allowance.until() + "; the stream goes on within 30 seconds."));
            }
        }
        return 0;
    }
}

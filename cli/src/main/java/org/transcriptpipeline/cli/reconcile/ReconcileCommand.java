package org.transcriptpipeline.cli.reconcile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Patience;
import org.transcriptpipeline.cli.PointInTime;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Has conversations compared with Twilio's lists.
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = "Has the archiver compare conversations with Twilio's lists, and fetch what is missing.",
        footer = {
            "",
            "Exit status: 0 asked for; with --wait, 0 all of them complete, 1 some not, or not done in time; 2 wrong"
                    + " use."
        })
public final class ReconcileCommand implements Callable<Integer> {

    private static final Pattern CONVERSATION = Pattern.compile("CH[0-9a-fA-F]{32}");
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Surroundings surroundings;

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    @Option(
            names = "--since",
            paramLabel = "DATE",
            description = "With --all: those created since then, 2026-11-01 (UTC) or 2026-11-01T08:00:00Z.")
    private @Nullable String since;

    @Option(names = "--account", paramLabel = "SID", description = "The Twilio account, AC…; else TWILIO_ACCOUNT_SID.")
    private @Nullable String account;

    @Option(names = "--service", paramLabel = "SID", description = "The Conversations service, IS…; else the default.")
    private @Nullable String serviceSid;

    @Option(names = "--wait", description = "Stay until it is done, and say how it went.")
    private boolean isWaiting;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "PT30M",
            description = "How long --wait stays at most. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofMinutes(30);

    public ReconcileCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static final class Which {
        @Option(names = "--conversation", paramLabel = "SID", description = "This one, CH…; can be repeated.")
        private List<String> conversations = List.of();

        @Option(names = "--all", description = "All that Twilio lists; needs --since.")
        private boolean isAll;
    }

    /// @param state `asked`, `done`, or `late`: not done within the timeout
    /// @param verdicts conversations by verdict, with --wait
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Reconciliation(
            String state,
            @Nullable String sweepId,
            @Nullable Map<String, Long> verdicts) {

        boolean isComplete() {
            return state.equals("asked")
                    || (state.equals("done")
                            && (verdicts == null || verdicts.keySet().stream().allMatch("complete"::equals)));
        }
    }

    @Override
    public Integer call() throws SQLException {
        try (var connection = database.open(surroundings)) {
            var requests = new ReconciliationRequests(connection);
            var result = which.isAll ? all(requests) : some(requests);
            report.print(surroundings.out(), result, out -> {
                out.println(
                        switch (result.state()) {
                            case "asked" -> "Asked for; --wait would say how it goes.";
                            case "late" -> "Not done in time; it goes on by itself.";
                            default -> "Done.";
                        });
                if (result.verdicts() != null) {
                    result.verdicts().forEach((verdict, count) -> out.println("  " + verdict + ": " + count));
                }
            });
            return result.isComplete() ? 0 : 1;
        }
    }

    private Reconciliation some(ReconciliationRequests requests) throws SQLException {
        if (since != null) {
            throw new WrongUseException("--since belongs to --all.");
        }
        var accountSid = surroundings.setting(account, "TWILIO_ACCOUNT_SID");
        for (var sid : which.conversations) {
            if (!CONVERSATION.matcher(sid).matches()) {
                throw new WrongUseException("A conversation's SID is CH and 32 hexadecimal digits.");
            }
            if (!requests.request(sid, accountSid, serviceSid)) {
                throw new WrongUseException(
                        sid + " is not in the store: --account or TWILIO_ACCOUNT_SID has to say whose it is.");
            }
        }
        if (!isWaiting) {
            return new Reconciliation("asked", null, null);
        }
        boolean isDone = wait(() -> {
            var queue = requests.queueOf(which.conversations);
            progress(queue.left() + " left" + failing(queue));
            return queue.left() == 0;
        });
        return new Reconciliation(isDone ? "done" : "late", null, requests.verdictsOf(which.conversations));
    }

    private Reconciliation all(ReconciliationRequests requests) throws SQLException {
        var accountSid = surroundings.required(account, "--account", "TWILIO_ACCOUNT_SID");
        var from = sinceInstant();
        var sweepId = accountSid + ":command:" + surroundings.clock().instant();
        requests.sweep(sweepId, accountSid, serviceSid, from);
        if (!isWaiting) {
            return new Reconciliation("asked", sweepId, null);
        }
        boolean isDone = wait(() -> {
            var sweep = requests.progress(sweepId);
            var queue = requests.queueOf(accountSid);
            progress(sweep.listed() + " listed" + (sweep.isFinished() ? "" : " so far") + ", " + queue.left() + " left"
                    + failing(queue)
                    + (sweep.lastError() == null ? "" : "; Twilio could not be asked: " + sweep.lastError()));
            return sweep.isFinished() && queue.left() == 0;
        });
        return new Reconciliation(isDone ? "done" : "late", sweepId, requests.verdictsSince(accountSid, from));
    }

    private Instant sinceInstant() {
        if (since == null) {
            throw new WrongUseException("--all needs --since.");
        }
        return PointInTime.parse(since, "--since");
    }

    /// One look at the database.
    @FunctionalInterface
    private interface Look {
        boolean isDone() throws SQLException;
    }

    private boolean wait(Look look) {
        return Patience.until(timeout, PAUSE, () -> {
            try {
                return look.isDone();
            } catch (SQLException e) {
                throw new RefusedException(
                        "Postgres went away meanwhile, SQLSTATE " + e.getSQLState() + "; the work goes on by itself.");
            }
        });
    }

    private static String failing(ReconciliationRequests.Queue queue) {
        return queue.failing() == 0 ? "" : " (" + queue.failing() + " of them wait, Twilio could not be asked)";
    }

    private String lastProgress = "";

    /// To the error stream, so that the document of --json stays one.
    private void progress(String text) {
        if (!text.equals(lastProgress)) {
            surroundings.err().println(text);
            lastProgress = text;
        }
    }
}

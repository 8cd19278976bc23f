package org.transcriptpipeline.cli.quarantine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Decider;
import org.transcriptpipeline.cli.Patience;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.cli.quarantine.Entries.Entry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Has records that could not be stored merged once more.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Has the archiver merge records once more that it could not store.",
        footer = {
            "",
            "Nothing happens outside the store: no mail, no forward, no download. The end of a flow in a replayed"
                    + " record",
            "gives a handoff that is expired; resend releases it. A record of transcripts.ready is not replayed:"
                    + " resend",
            "its handoff.",
            "Exit status: 0 asked for; with --wait, 0 all of them stored, 1 some not, or not done in time; 1 one that"
                    + " is",
            "named is not there; 2 wrong use."
        })
public final class ReplayCommand implements Callable<Integer> {

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Surroundings surroundings;

    @Mixin
    private Selection selection = new Selection();

    @Option(names = "--apply", description = "Do it; without it is only said what would be done.")
    private boolean isApplying;

    @Option(names = "--wait", description = "With --apply: stay until it is done, and say how it went.")
    private boolean isWaiting;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "PT10M",
            description = "How long --wait stays at most. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofMinutes(10);

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show so many; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    @Mixin
    private Decider decider = new Decider();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    public ReplayCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param isApplied false: nothing was done
    /// @param outcomes with --wait: how they stand, each with its number
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(
            boolean isApplied,
            @JsonUnwrapped Entries.Listing listing,
            @Nullable Map<String, Long> outcomes) {

        boolean isWell() {
            return outcomes == null || outcomes.keySet().stream().allMatch("replayed"::equals);
        }
    }

    @Override
    public Integer call() throws SQLException {
        requireRecords();
        var by = decider.name(surroundings);
        try (var connection = database.open(surroundings)) {
            var records = new SetAsideRecords(connection);
            var found = find(records);
            var open = found.stream()
                    .filter(one ->
                            one.isOpen() || (selection.hasIds() && one.state().equals("dropped")))
                    .toList();
            var ids = open.stream().map(SetAsideRecord::id).toList();
            if (isApplying) {
                request(connection, open, by);
            }
            var entries = new Entries(limit);
            for (var one : found) {
                var state =
                        !open.contains(one) ? "already " + one.state() : isApplying ? "asked for" : "to be replayed";
                entries.add(Entry.of(one, state), state);
            }
            var result =
                    new Result(isApplying, entries.listing(), isApplying && isWaiting ? await(records, ids) : null);
            report.print(surroundings.out(), result, out -> {
                if (found.isEmpty()) {
                    out.println("There is nothing to replay.");
                } else if (!isApplying) {
                    out.println("What --apply would do:");
                }
                result.listing().print(out);
                if (result.outcomes() != null) {
                    out.println("How they stand:");
                    result.outcomes().forEach((outcome, count) -> out.println("  " + outcome + ": " + count));
                }
            });
            return result.isWell() ? 0 : 1;
        }
    }

    private void requireRecords() {
        selection.requireAny();
        if (!selection.wantsRecords() || (selection.hasIds() && selection.wantsRequests())) {
            throw new WrongUseException(
                    "Only records that could not be stored are replayed, events/3/4711 for instance."
                            + " Requests are adopted.");
        }
        var isOfNotifier = selection.hasIds()
                ? selection.ids().stream().anyMatch(SetAsideRecords::isOfNotifier)
                : "transcripts.ready".equals(selection.recordTopic());
        if (isOfNotifier) {
            throw new WrongUseException(
                    "A record of transcripts.ready is not replayed, that would send mail: resend its handoff instead.");
        }
        if (isWaiting && !isApplying) {
            throw new WrongUseException("--wait belongs to --apply.");
        }
    }

    private List<SetAsideRecord> find(SetAsideRecords records) throws SQLException {
        if (!selection.hasIds()) {
            return records.find(selection, false).stream()
                    .filter(one -> !SetAsideRecords.isOfNotifier(one.id()))
                    .toList();
        }
        var found = records.find(selection.ids());
        if (found.size() < selection.ids().size()) {
            throw new RefusedException("Not all of these entries are there; nothing is replayed.");
        }
        return found;
    }

    private static void request(Connection connection, List<SetAsideRecord> open, String by) throws SQLException {
        connection.setAutoCommit(false);
        new SetAsideRecords(connection)
                .requestReplay(open.stream().map(SetAsideRecord::id).toList(), by);
        new Decisions(connection).addForRecords(open, "replay", "requested", by);
        connection.commit();
        connection.setAutoCommit(true);
    }

    private Map<String, Long> await(SetAsideRecords records, List<EntryId> ids) throws SQLException {
        Patience.until(timeout, PAUSE, () -> {
            try {
                return !records.progress(ids).containsKey("replay_requested");
            } catch (SQLException e) {
                throw new RefusedException(
                        "Postgres went away meanwhile, SQLSTATE " + e.getSQLState() + "; the work goes on by itself.");
            }
        });
        return records.progress(ids);
    }
}

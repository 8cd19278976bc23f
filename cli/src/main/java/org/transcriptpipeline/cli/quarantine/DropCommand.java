package org.transcriptpipeline.cli.quarantine;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Decider;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.QuarantineTopic;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.quarantine.Entries.Entry;
import org.transcriptpipeline.cli.quarantine.KeptRequests.Found;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Marks entries as not needed.
@Command(
        name = "drop",
        mixinStandardHelpOptions = true,
        description =
                "Marks entries as not needed: list shows them no more, and adopt and replay take them by ID only.",
        footer = {
            "",
            "Nothing is deleted: a request stays in Kafka for its retention, a record in Postgres.",
            "Exit status: 0 done, 1 one that is named is not there; 2 wrong use."
        })
final class DropCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private Selection selection = new Selection();

    @Option(names = "--apply", description = "Do it; without it is only said what would be done.")
    private boolean isApplying;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show so many; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    @Mixin
    private Decider decider = new Decider();

    @Mixin
    private KafkaAccess kafka = new KafkaAccess();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    DropCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param isApplied false: nothing was done
    private record Result(boolean isApplied, @JsonUnwrapped Entries.Listing listing) {}

    @Override
    public Integer call() throws SQLException {
        selection.requireAny();
        var by = decider.name(surroundings);
        var entries = new Entries(limit);
        try (var connection = database.open(surroundings)) {
            if (selection.wantsRecords()) {
                dropRecords(connection, by, entries);
            }
            if (selection.wantsRequests()) {
                dropRequests(connection, by, entries);
            }
        }
        var listing = entries.listing();
        report.print(surroundings.out(), new Result(isApplying, listing), out -> {
            if (listing.total() == 0) {
                out.println("There is nothing to drop.");
            } else if (!isApplying) {
                out.println("What --apply would do:");
            }
            listing.print(out);
        });
        return 0;
    }

    private void dropRecords(Connection connection, String by, Entries entries) throws SQLException {
        var records = new SetAsideRecords(connection);
        var ids = selection.ids().stream().filter(id -> !id.isRequest()).toList();
        var found = selection.hasIds() ? records.find(ids) : records.find(selection, false);
        if (selection.hasIds() && found.size() < ids.size()) {
            throw new RefusedException("Not all of these entries are there; nothing is dropped.");
        }
        var open = found.stream()
                .filter(one -> one.isOpen() || one.state().equals("replay_requested"))
                .toList();
        if (isApplying) {
            connection.setAutoCommit(false);
            records.drop(open.stream().map(SetAsideRecord::id).toList());
            new Decisions(connection).addForRecords(open, "drop", "dropped", by);
            connection.commit();
            connection.setAutoCommit(true);
        }
        for (var one : found) {
            var state = !open.contains(one) ? "already " + one.state() : isApplying ? "dropped" : "to be dropped";
            entries.add(Entry.of(one, state), state);
        }
    }

    private void dropRequests(Connection connection, String by, Entries entries) throws SQLException {
        try (var topic = QuarantineTopic.open(kafka, surroundings)) {
            var decisions = new Decisions(connection);
            new KeptRequests(topic, decisions).forEach(selection, some -> {
                if (isApplying) {
                    decisions.addForRequests(
                            some.stream()
                                    .filter(one -> one.decision() == null)
                                    .map(Found::request)
                                    .toList(),
                            "drop",
                            "dropped",
                            by);
                }
                for (var one : some) {
                    var state = one.decision() != null
                            ? "already " + one.decision().outcome()
                            : isApplying ? "dropped" : "to be dropped";
                    entries.add(Entry.of(one.request(), state), state);
                }
            });
        }
    }
}

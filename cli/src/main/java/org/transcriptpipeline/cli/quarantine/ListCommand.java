package org.transcriptpipeline.cli.quarantine;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.QuarantineTopic;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.quarantine.Decisions.Decision;
import org.transcriptpipeline.cli.quarantine.Entries.Entry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What was set aside and waits for somebody.
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Lists what was set aside and waits for somebody, the newest first. Nothing of a person is shown.",
        footer = {
            "",
            "--topic transcripts.quarantine lists requests only and asks no other topic; --topic transcripts.events or",
            "transcripts.ready lists records only and does not ask Kafka.",
            "Exit status: 0 listed, 1 Kafka or Postgres does not answer, 2 wrong use."
        })
final class ListCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private Selection selection = new Selection();

    @Mixin
    private KafkaAccess kafka = new KafkaAccess();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    @Option(names = "--all", description = "Also what is dealt with: adopted, replayed, dropped.")
    private boolean isAll;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show so many; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws SQLException {
        var entries = new Entries(limit);
        try (var connection = database.open(surroundings)) {
            if (selection.wantsRecords()) {
                var records = new SetAsideRecords(connection);
                var found = selection.hasIds() ? records.find(selection.ids()) : records.find(selection, isAll);
                found.forEach(one -> entries.add(Entry.of(one, one.state()), "record, " + Printable.of(one.reason())));
            }
            if (selection.wantsRequests()) {
                try (var topic = QuarantineTopic.open(kafka, surroundings)) {
                    new KeptRequests(topic, new Decisions(connection)).forEach(selection, some -> {
                        for (var one : some) {
                            if (isAll || selection.hasIds() || one.decision() == null) {
                                entries.add(
                                        Entry.of(one.request(), Decision.stateOf(one.decision())),
                                        "request, " + one.request().reason());
                            }
                        }
                    });
                }
            }
        }
        var listing = entries.listing();
        report.print(surroundings.out(), listing, out -> {
            if (listing.total() == 0) {
                out.println("Nothing waits.");
            }
            listing.print(out);
        });
        return 0;
    }
}

package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.PointInTime;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.export.Selection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Writes conversations with everything that belongs to them into files of bounded size.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes conversations, messages, deliveries and all that belongs to them into files.",
        footer = {
            "",
            "Any role that may read the views will do, and exports what it may see: transcripts_analyst everything, a",
            "team's role its own. A directory is finished when it holds manifest.json; after a failure or a kill the same",
            "command with --resume goes on and ends with the same files. See docs/export.md."
        })
public final class ExportCommand implements Callable<Integer> {

    private static final int SMALLEST_PART = 100;

    /// A filter that few conversations meet looks at all of them. Below the archiver's limit for readers, 2 minutes.
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(90);

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "csv, jsonl, parquet, or eml: a mail for each conversation, in ZIP files.")
    private String format = "";

    @Option(
            names = "--directory",
            required = true,
            paramLabel = "DIR",
            description = "Where the files go. It is made; if it is there, it has to be empty.")
    private Path directory = Path.of("");

    @Option(names = "--account", paramLabel = "SID", split = ",", description = "Only of these accounts.")
    private List<String> accounts = List.of();

    @Option(names = "--conversation", paramLabel = "SID", split = ",", description = "Only these conversations.")
    private List<String> conversations = List.of();

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            split = ",",
            description = "Only of these channels: sms, whatsapp, ….")
    private List<String> channels = List.of();

    @Option(
            names = "--verdict",
            paramLabel = "NAME",
            split = ",",
            description = "Only with these verdicts: complete, reconciling, gap, unverified.")
    private List<String> verdicts = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Whose last message is from then or later: a day, or a time such as 2026-11-01T08:00:00Z.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Whose last message is from before then.")
    private @Nullable String until;

    @Option(
            names = "--raw",
            description = "CSV for programs: leaves texts as they are. Otherwise an apostrophe goes before what a"
                    + " spreadsheet could take for a formula.")
    private boolean isRaw;

    @Option(
            names = "--part-rows",
            paramLabel = "N",
            defaultValue = "50000",
            description =
                    "A part ends after so many rows of one view (default: ${DEFAULT-VALUE}), with the conversation"
                            + " that reaches it, or after 64 MiB.")
    private int partRows;

    @Option(names = "--resume", description = "Go on with the export that the directory holds.")
    private boolean isToResume;

    @Mixin
    private final DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private final Report report = new Report();

    private final Surroundings surroundings;

    public ExportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// What `--json` prints.
    ///
    /// @param rows by view
    record Done(String directory, int parts, long conversations, long files, long bytes, Map<String, Long> rows) {}

    @Override
    public Integer call() throws SQLException {
        var selection = selection();
        var wanted = format();
        try (var connection = database.open(surroundings, STATEMENT_LIMIT)) {
            var export = new Export(connection, selection, new StoredReads(), this::progress);
            var done = export(export, export.definition(wanted, isRaw, partRows));
            report.print(surroundings.out(), done, out -> {
                out.println(done.conversations() + " conversations in " + done.files() + " files, " + done.bytes()
                        + " bytes:");
                done.rows().forEach((table, rows) -> out.println("  " + table + " " + rows));
            });
            return 0;
        }
    }

    private Done export(Export export, ExportDefinition definition) throws SQLException {
        try (var target = ExportDirectory.open(directory, isToResume)) {
            target.define(definition);
            var start = target.verify();
            if (target.isComplete()) {
                progress("the export is complete, and its files are what was written");
            } else {
                export.run(target, definition, start);
            }
            var totals = Manifest.Totals.of(target.journal());
            return new Done(
                    directory.toString(),
                    totals.parts(),
                    totals.conversations(),
                    totals.files(),
                    totals.bytes(),
                    totals.tables());
        } catch (SQLException e) {
            progress("What is finished stays; --resume goes on.");
            throw e;
        } catch (IOException e) {
            throw new RefusedException(
                    "The files cannot be written: " + e.getMessage() + ". What is finished stays; --resume goes on.");
        }
    }

    private ExportFormat format() {
        for (var known : ExportFormat.values()) {
            if (known.toString().equals(format)) {
                if (isRaw && known != ExportFormat.CSV) {
                    throw new WrongUseException("--raw belongs to --format csv.");
                }
                return known;
            }
        }
        throw new WrongUseException("--format is csv, jsonl, parquet or eml.");
    }

    private Selection selection() {
        if (partRows < SMALLEST_PART) {
            throw new WrongUseException("--part-rows is " + SMALLEST_PART + " at least.");
        }
        known("--channel", channels, Selection.CHANNELS);
        known("--verdict", verdicts, Selection.VERDICTS);
        var from = time(since, "--since");
        var to = time(until, "--until");
        if (from != null && to != null && !from.isBefore(to)) {
            throw new WrongUseException("--since has to be before --until.");
        }
        return new Selection(accounts, conversations, channels, verdicts, from, to);
    }

    private static void known(String option, List<String> values, List<String> known) {
        if (!known.containsAll(values)) {
            throw new WrongUseException(option + " is one of " + String.join(", ", known) + ".");
        }
    }

    private static @Nullable Instant time(@Nullable String text, String option) {
        return text == null ? null : PointInTime.parse(text, option);
    }

    /// To the error stream, so that the document of --json stays one.
    private void progress(String text) {
        surroundings.err().println(text);
    }
}

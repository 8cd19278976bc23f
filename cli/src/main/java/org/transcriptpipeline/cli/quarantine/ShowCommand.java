package org.transcriptpipeline.cli.quarantine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.QuarantineTopic;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.quarantine.Decisions.Decision;
import org.transcriptpipeline.cli.quarantine.Entries.Entry;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// One entry.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows one entry and what was decided about it; with --content what it holds, too.",
        footer = {
            "",
            "--content shows a customer's words, or a stranger's. Of a record it needs a database user that may read",
            "them: transcripts_auditor, or the migrator for transcripts.ready.",
            "Exit status: 0 shown, 1 there is no such entry, or it may not be read; 2 wrong use."
        })
final class ShowCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Parameters(paramLabel = "ID", description = "topic/partition/offset, as list shows it.")
    private String id = "";

    @Option(names = "--content", description = "Also what it holds.")
    private boolean isShowingContent;

    @Mixin
    private KafkaAccess kafka = new KafkaAccess();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    ShowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param requestId ingest's name for the request, as in its log
    /// @param signatures how many signature headers it has
    /// @param target path and query as they were signed, below the public address
    /// @param parameters of a form, as they were signed, decoded
    /// @param body where it is no form, and of a record: its value
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Shown(
            Entry entry,
            @Nullable String requestId,
            @Nullable String contentType,
            @Nullable Integer signatures,
            @Nullable Boolean hasIdempotencyToken,
            List<Decision> decisions,
            @Nullable String target,
            @Nullable List<Parameter> parameters,
            @Nullable String body) {

        void print(PrintStream out) {
            out.println(entry.id());
            line(out, "set aside", entry.at());
            line(out, "reason", entry.sqlState() == null ? entry.reason() : entry.reason() + " " + entry.sqlState());
            line(out, "account", entry.account());
            line(out, "endpoint", entry.endpoint());
            line(out, "bytes", entry.bytes());
            line(out, "state", entry.state());
            line(out, "request id", requestId);
            line(out, "content type", contentType);
            line(out, "signatures", signatures);
            line(out, "idempotency token", hasIdempotencyToken == null ? null : hasIdempotencyToken ? "yes" : "no");
            decisions.forEach(decision -> line(
                    out,
                    decision.decision(),
                    decision.outcome() + ", " + decision.at() + ", by " + decision.by() + " as "
                            + decision.databaseUser()));
            line(out, "target", target);
            if (parameters != null) {
                parameters.forEach(parameter -> out.println("    " + parameter.name() + "=" + parameter.value()));
            }
            line(out, "body", body);
        }

        private static void line(PrintStream out, String name, @Nullable Object value) {
            if (value != null) {
                out.println("  " + name + ": " + value);
            }
        }
    }

    private record Parameter(String name, String value) {}

    @Override
    public Integer call() throws SQLException {
        var wanted = EntryId.parse(id);
        try (var connection = database.open(surroundings)) {
            var shown = wanted.isRequest() ? request(wanted, connection) : setAside(wanted, connection);
            report.print(surroundings.out(), shown, shown::print);
            return 0;
        }
    }

    private Shown request(EntryId wanted, Connection connection) throws SQLException {
        var log = new Decisions(connection);
        try (var topic = QuarantineTopic.open(kafka, surroundings)) {
            var found = new KeptRequests(topic, log).find(wanted);
            var decisions = log.of(wanted, found.requestId());
            var entry = Entry.of(found, Decision.stateOf(decisions.isEmpty() ? null : decisions.getLast()));
            var content = found.content();
            if (content == null) {
                return new Shown(entry, null, null, null, null, decisions, null, null, null);
            }
            var received = isShowingContent ? content.received() : null;
            boolean isForm = received != null && received.isForm();
            return new Shown(
                    entry,
                    found.requestId(),
                    content.contentType() == null ? null : Printable.of(content.contentType()),
                    content.signatures().size(),
                    content.idempotencyToken() != null,
                    decisions,
                    received == null ? null : target(received),
                    received != null && isForm ? parameters(received) : null,
                    isShowingContent && !isForm ? Printable.of(new String(content.body(), UTF_8)) : null);
        }
    }

    private Shown setAside(EntryId wanted, Connection connection) throws SQLException {
        var records = new SetAsideRecords(connection);
        var found = records.find(List.of(wanted)).stream()
                .findFirst()
                .orElseThrow(() -> new RefusedException("There is no such entry: " + wanted + "."));
        var decisions = new Decisions(connection).of(wanted, null);
        return new Shown(
                Entry.of(found, found.state()),
                null,
                null,
                null,
                null,
                decisions,
                null,
                null,
                isShowingContent ? value(records, wanted) : null);
    }

    private static @Nullable String value(SetAsideRecords records, EntryId wanted) throws SQLException {
        try {
            var value = records.value(wanted);
            return value == null ? null : Printable.of(new String(value, UTF_8));
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                throw new RefusedException(
                        "This database user may not read what records hold: transcripts_auditor may.");
            }
            throw e;
        }
    }

    private static String target(ReceivedRequest received) {
        return Printable.of(received.query() == null ? received.path() : received.path() + "?" + received.query());
    }

    private static List<Parameter> parameters(ReceivedRequest received) {
        var parameters = new ArrayList<Parameter>();
        received.form().pairs().forEach(pair -> parameters.add(new Parameter(text(pair.name()), text(pair.value()))));
        return parameters;
    }

    /// UTF-8 where it is that, else a character a byte.
    private static String text(byte[] bytes) {
        var utf8 = new String(bytes, UTF_8);
        return Printable.of(utf8.contains("\ufffd") ? new String(bytes, ISO_8859_1) : utf8);
    }
}

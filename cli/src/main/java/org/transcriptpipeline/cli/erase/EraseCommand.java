package org.transcriptpipeline.cli.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Decider;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.Patience;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.TwilioAccess;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Forgets a person. Killed anywhere and run again, it ends with the same result.
@Command(
        name = "erase",
        mixinStandardHelpOptions = true,
        description = "Forgets a person: in the store, at Twilio and, with --topics, in Kafka; gives a receipt.",
        footer = {
            "",
            "Shows what it would erase, and erases it with --apply. Of the conversations stay SIDs, times and counts.",
            "What is erased does not come back: a late callback, a replay and a comparison with Twilio are kept out.",
            "Keep the receipt outside of the database: after a backup was restored, --again erases by it.",
            "Broken off, it goes on where it was when it is run again. See docs/forgetting.md.",
            "Exit status: 0 erased, or nothing there; 1 it would be erased, it is under hold, or not all is done yet; 2 wrong use."
        })
public final class EraseCommand implements Callable<Integer> {

    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(10);
    private static final Duration FOR_FILES = Duration.ofSeconds(20);
    private static final int LONGEST_REFERENCE = 200;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Surroundings surroundings;

    @ArgGroup(multiplicity = "1")
    private Whom whom = new Whom();

    @Option(names = "--apply", description = "Erase it; without it is only said what would be erased.")
    private boolean isApplying;

    @Option(names = "--keep-twilio", description = "Do not delete the conversations at Twilio.")
    private boolean isKeepingTwilio;

    @Option(
            names = "--topics",
            description =
                    "Also delete the records of Kafka's topics as far as they are stored, other people's as well.")
    private boolean isDeletingRecords;

    @Option(
            names = "--reference",
            paramLabel = "TEXT",
            description = "Of your own, for the receipt: a case number. No name.")
    private @Nullable String reference;

    @Option(
            names = "--receipt",
            paramLabel = "FILE",
            description = "Where the receipt is written; else erasure-ID.json in this directory.")
    private @Nullable Path receiptFile;

    @Mixin
    private Decider decider = new Decider();

    @Mixin
    private TwilioAccess twilio = new TwilioAccess();

    @Mixin
    private KafkaAccess kafka = new KafkaAccess();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    public EraseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static final class Whom {
        @Option(
                names = "--address",
                paramLabel = "NUMBER",
                description = "The person's number, +1… or whatsapp:+1…, or address; - reads it from standard input.")
        private @Nullable String address;

        @Option(
                names = "--again",
                paramLabel = "FILE",
                description = "Erase anew what this receipt says, after a backup was restored.")
        private @Nullable Path again;
    }

    /// @param state `none` or `different`
    /// @param found rows by what they are
    /// @param inOtherAccounts conversations of the same address in accounts that are not erased from
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Preview(String state, String accountSid, Map<String, Long> found, long inOtherAccounts) {}

    @Override
    public Integer call() throws SQLException, IOException {
        if (reference != null
                && (reference.length() > LONGEST_REFERENCE || reference.chars().anyMatch(Character::isISOControl))) {
            throw new WrongUseException("--reference is at most " + LONGEST_REFERENCE + " characters.");
        }
        try (var connection = database.open(surroundings, LONGEST_STATEMENT)) {
            return whom.again != null
                    ? again(connection, receipt(whom.again))
                    : erase(connection, address(whom.address == null ? "" : whom.address));
        }
    }

    private int erase(Connection connection, String address) throws SQLException, IOException {
        var store = new ErasureStore(connection);
        var account = twilio.requiredAccount(surroundings);
        var found = store.preview(account, address);
        if (found.getOrDefault("ours", 0L) > 0) {
            throw new RefusedException("This is a number of ours, not a customer's.");
        }
        var hold = store.holdOn(account, address);
        if (hold != null) {
            throw new RefusedException("Under hold " + hold + "; nothing is erased. See hold --list.");
        }
        if (!isApplying) {
            return show(account, found);
        }
        try (var client = clientOrNone()) {
            var id = store.begin(account, address, decider.name(surroundings), reference);
            store.register(id, address);
            return carryOut(store, id, client);
        }
    }

    private int again(Connection connection, Receipt receipt) throws SQLException, IOException {
        if (!isApplying) {
            report.print(
                    surroundings.out(),
                    receipt,
                    out -> out.println("Would erase anew, with --apply: "
                            + receipt.sids().size() + " SIDs of erasure " + receipt.erasureId() + "."));
            return 1;
        }
        try (var client = clientOrNone()) {
            var store = new ErasureStore(connection);
            store.registerAgain(receipt);
            return carryOut(store, receipt.erasureId(), client);
        }
    }

    /// Before anything is done: what is missing is said while it costs nothing.
    private @Nullable TwilioClient clientOrNone() {
        return isKeepingTwilio ? null : twilio.client(surroundings);
    }

    private int show(String account, Map<String, Long> found) {
        long others = found.getOrDefault("other_accounts", 0L);
        var rows = new TreeMap<>(found);
        rows.keySet().removeAll(List.of("ours", "other_accounts"));
        rows.values().removeIf(number -> number == 0);
        var preview = new Preview(rows.isEmpty() ? "none" : "different", account, rows, others);
        report.print(surroundings.out(), preview, out -> {
            out.println(
                    rows.isEmpty()
                            ? "There is nothing of this address in account " + account + "."
                            : "Would erase, with --apply, of account " + account + ":");
            rows.forEach((what, number) -> out.println("  " + words(what) + ": " + number));
            if (others > 0) {
                out.println("Not touched: " + others + " conversations in other accounts (--account).");
            }
        });
        return rows.isEmpty() ? 0 : 1;
    }

    private static String words(String what) {
        return switch (what) {
            case "conversation" -> "conversations";
            case "part" -> "conversations with others, of which the person's part";
            case "message" -> "messages in those";
            case "participant" -> "participants in those";
            case "channel_message" -> "deliveries";
            case "execution" -> "runs of a flow";
            case "user" -> "users";
            case "messages" -> "messages in whole conversations";
            default -> what;
        };
    }

    private int carryOut(ErasureStore store, String id, @Nullable TwilioClient client)
            throws SQLException, IOException {
        store.erase(id);
        store.mark(id, "erased", null);
        var erasure = store.erasure(id);
        var atTwilio = client == null ? new Receipt.AtTwilio(false, 0, 0, 0) : delete(client, store.conversations(id));
        // after Twilio, whose last word on what it deleted is in the topics as well
        var asked = topics(store, erasure.accountSid());
        var topics = asked == null ? ErasureTopics.unasked() : asked;
        var waiting = awaitFiles(store, erasure);
        boolean isDone = atTwilio.failed() == 0 && waiting == 0 && (asked != null || !isDeletingRecords);
        var receipt = new Receipt(
                id,
                isDone ? Receipt.ERASED : Receipt.UNFINISHED,
                erasure.accountSid(),
                erasure.reason(),
                erasure.requestedBy(),
                erasure.requestedAt(),
                surroundings.clock().instant(),
                erasure.addressHash(),
                store.counts(id),
                waiting,
                atTwilio,
                topics,
                remains(atTwilio, store.sids(id)),
                store.sids(id));
        var file = write(receipt);
        store.mark(id, isDone ? "done" : "erased", Report.toJson(receipt));
        report.print(surroundings.out(), receipt, out -> {
            receipt.print(out);
            out.println("Receipt: " + file);
            if (!isDone) {
                out.println("Not all is done: run it again.");
            }
        });
        return isDone ? 0 : 1;
    }

    private Receipt.AtTwilio delete(TwilioClient client, List<ErasureStore.ToDelete> conversations) {
        int deleted = 0;
        int gone = 0;
        int failed = 0;
        for (var one : conversations) {
            try {
                client.deleteConversation(one.serviceSid(), one.conversationSid());
                deleted++;
            } catch (TwilioException.NotFound _) {
                gone++;
            } catch (TwilioException e) {
                failed++;
                surroundings.err().println(one.conversationSid() + " is still at Twilio: " + e.getMessage());
            }
        }
        return new Receipt.AtTwilio(true, deleted, gone, failed);
    }

    /// @return null: Kafka cannot be asked. What was done elsewhere has its receipt all the same
    private @Nullable List<Receipt.Topic> topics(ErasureStore store, String account) throws SQLException {
        try (var topics = new ErasureTopics(kafka, surroundings, store, account)) {
            return isDeletingRecords ? topics.delete() : topics.look();
        } catch (KafkaException e) {
            surroundings
                    .err()
                    .println("Kafka cannot be asked: " + e.getClass().getSimpleName()
                            + " (SPRING_KAFKA_BOOTSTRAP_SERVERS).");
            return null;
        }
    }

    /// The archiver has the directory.
    private static long awaitFiles(ErasureStore store, ErasureStore.Erasure erasure) throws SQLException {
        var failure = new ArrayList<SQLException>();
        BooleanSupplier isNoneLeft = () -> {
            try {
                return store.filesWaiting(erasure.requestedAt()) == 0;
            } catch (SQLException e) {
                failure.add(e);
                return true;
            }
        };
        Patience.until(FOR_FILES, Duration.ofMillis(500), isNoneLeft);
        if (!failure.isEmpty()) {
            throw failure.getFirst();
        }
        return store.filesWaiting(erasure.requestedAt());
    }

    private static List<String> remains(Receipt.AtTwilio atTwilio, List<Receipt.Sid> sids) {
        var lines = new ArrayList<String>();
        lines.add("SIDs, times, states and counts of the erased conversations, without address, name or text.");
        lines.add("Mails and forwards that went out: they are with those who got them.");
        lines.add(
                "Backups and archived write-ahead logs of Postgres, until you delete them; row versions on its disk until"
                        + " it vacuums.");
        lines.add(
                "Events that wait in ingest's spill: they are left out when they are stored, and are in Kafka until its"
                        + " retention. Files that ingest set aside are to be looked through by hand (docs/forgetting.md).");
        lines.add("Deleted records of Kafka, in its files until the broker removes the segment.");
        if (!atTwilio.isAsked()) {
            lines.add("The conversations at Twilio. What is written in them from now on is not stored.");
        }
        if (sids.stream().anyMatch(sid -> sid.scope().equals("part"))) {
            lines.add(
                    "Of conversations with other customers: the others' words, without the address; at Twilio all of it.");
        }
        lines.add("Messages outside of conversations in Twilio's own log, which its retention settings govern.");
        return lines;
    }

    /// Whole or not at all.
    private Path write(Receipt receipt) throws IOException {
        var file = receiptFile != null ? receiptFile : Path.of("erasure-" + receipt.erasureId() + ".json");
        var beside = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(beside, Report.toJson(receipt) + "\n");
        return Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Receipt receipt(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new WrongUseException("--again names a receipt; there is no such file.");
        }
        try {
            return JSON.readValue(Files.readString(file), Receipt.class);
        } catch (JacksonException e) {
            throw new WrongUseException("--again names a receipt; this file is none.");
        }
    }

    private String address(String given) throws IOException {
        var address = given;
        if (given.equals("-")) {
            var line = new BufferedReader(new InputStreamReader(surroundings.in(), UTF_8)).readLine();
            address = line == null ? "" : line;
        }
        if (address.isBlank() || address.length() > 320 || address.chars().anyMatch(Character::isISOControl)) {
            throw new WrongUseException("--address is a number or an address.");
        }
        return address.strip();
    }
}

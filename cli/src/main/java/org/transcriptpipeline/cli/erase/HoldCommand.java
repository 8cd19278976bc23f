package org.transcriptpipeline.cli.erase;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Decider;
import org.transcriptpipeline.cli.PointInTime;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Keeps a conversation, or all of a person, from being erased.
@Command(
        name = "hold",
        mixinStandardHelpOptions = true,
        description = "Keeps a conversation, or all of a person, from erasure and retention.",
        footer = {
            "",
            "A hold of an address keeps a hash of it, not the address.",
            "Exit status: 0 done, 1 there is no such hold, 2 wrong use."
        })
public final class HoldCommand implements Callable<Integer> {

    private static final int LONGEST_REASON = 500;

    private final Surroundings surroundings;

    @ArgGroup(multiplicity = "1")
    private Deed deed = new Deed();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; of a new hold required.")
    private @Nullable String reason;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "When it ends by itself: a day or a time; else when it is released.")
    private @Nullable String until;

    @Option(names = "--account", paramLabel = "SID", description = "The Twilio account, AC…; else TWILIO_ACCOUNT_SID.")
    private @Nullable String account;

    @Mixin
    private Decider decider = new Decider();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    public HoldCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static final class Deed {
        @Option(names = "--conversation", paramLabel = "SID", description = "Hold this conversation, CH….")
        private @Nullable String conversation;

        @Option(names = "--address", paramLabel = "NUMBER", description = "Hold everything of this number or address.")
        private @Nullable String address;

        @Option(names = "--list", description = "Show the holds that are in force.")
        private boolean isList;

        @Option(names = "--release", paramLabel = "ID", description = "End this hold.")
        private @Nullable String release;
    }

    /// @param conversationSid null: of an address
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Hold(
            String holdId,
            String accountSid,
            @Nullable String conversationSid,
            String reason,
            String heldBy,
            Instant heldAt,
            @Nullable Instant heldUntil) {}

    private record Holds(List<Hold> holds) {}

    /// @param state `held` or `released`
    private record Done(String state, String holdId) {}

    @Override
    public Integer call() throws SQLException {
        try (var connection = database.open(surroundings)) {
            if (deed.isList) {
                list(connection);
            } else if (deed.release != null) {
                release(connection, deed.release);
            } else {
                hold(connection);
            }
            return 0;
        }
    }

    private void hold(Connection connection) throws SQLException {
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new WrongUseException("Missing: --reason, at most " + LONGEST_REASON + " characters.");
        }
        if (deed.conversation != null && !deed.conversation.matches("CH[0-9a-zA-Z]{1,64}")) {
            throw new WrongUseException("--conversation is a SID, CH….");
        }
        if (deed.address != null && deed.address.isBlank()) {
            throw new WrongUseException("--address is empty.");
        }
        var end = until == null ? null : PointInTime.parse(until, "--until");
        if (end != null && !end.isAfter(surroundings.clock().instant())) {
            throw new WrongUseException("--until has passed.");
        }
        try (var statement = connection.prepareStatement("SELECT store.hold(?, ?, ?, ?, ?, ?)")) {
            statement.setString(1, surroundings.required(account, "--account", "TWILIO_ACCOUNT_SID"));
            statement.setString(2, deed.conversation);
            statement.setString(3, deed.address);
            statement.setString(4, reason);
            statement.setObject(5, end == null ? null : end.atOffset(ZoneOffset.UTC));
            statement.setString(6, decider.name(surroundings));
            try (var rows = statement.executeQuery()) {
                rows.next();
                var done = new Done("held", rows.getString(1));
                report.print(surroundings.out(), done, out -> out.println("Held: " + done.holdId()));
            }
        }
    }

    private void release(Connection connection, String id) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT store.release_hold(?, ?)")) {
            statement.setString(1, id);
            statement.setString(2, decider.name(surroundings));
            try (var rows = statement.executeQuery()) {
                rows.next();
                if (!rows.getBoolean(1)) {
                    throw new RefusedException("There is no hold of this id in force.");
                }
            }
        }
        report.print(surroundings.out(), new Done("released", id), out -> out.println("Released: " + id));
    }

    private void list(Connection connection) throws SQLException {
        var holds = new ArrayList<Hold>();
        try (var statement = connection.prepareStatement("""
                        SELECT h.hold_id, h.account_sid, h.conversation_sid, h.reason, h.held_by, h.held_at, h.held_until
                        FROM store.holds h
                        WHERE h.released_at IS NULL AND (h.held_until IS NULL OR h.held_until > now())
                        ORDER BY h.held_at, h.hold_id
                        """);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                var end = rows.getObject(7, OffsetDateTime.class);
                holds.add(new Hold(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getString(5),
                        rows.getObject(6, OffsetDateTime.class).toInstant(),
                        end == null ? null : end.toInstant()));
            }
        }
        report.print(surroundings.out(), new Holds(holds), out -> {
            if (holds.isEmpty()) {
                out.println("There is no hold.");
            }
            holds.forEach(hold -> out.println(hold.holdId() + "  "
                    + (hold.conversationSid() == null ? "an address" : hold.conversationSid()) + "  since "
                    + hold.heldAt() + (hold.heldUntil() == null ? "" : " until " + hold.heldUntil()) + " by "
                    + hold.heldBy() + ": " + hold.reason()));
        });
    }
}

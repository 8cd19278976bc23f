package org.transcriptpipeline.cli.quarantine;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Decider;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.PublicAddress;
import org.transcriptpipeline.cli.QuarantineTopic;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.cli.quarantine.Entries.Entry;
import org.transcriptpipeline.cli.quarantine.KeptRequests.Found;
import org.transcriptpipeline.ingest.adoption.Adoption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Takes up requests that were kept because a setting was wrong.
@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        description = "Verifies kept requests again under the settings of now, and publishes the events that they are.",
        footer = {
            "",
            "Token, account and public address come as ingest gets them: TWILIO_AUTH_TOKEN,"
                    + " TWILIO_AUTH_TOKEN_SECONDARY,",
            "TWILIO_ACCOUNT_SID or --account, PUBLIC_BASE_URL. An event has the id that it would have had, so one that",
            "came by another way too is stored once. It does what a new event does: what is younger than a day is"
                    + " mailed.",
            "Exit status: 0 all of them can be or are adopted, 1 some are still refused; 2 wrong use."
        })
final class AdoptCommand implements Callable<Integer> {

    private static final Pattern ACCOUNT = Pattern.compile("AC[0-9a-fA-F]{32}");

    private final Surroundings surroundings;

    @Mixin
    private Selection selection = new Selection();

    @Option(names = "--apply", description = "Do it; without it is only said what would be done.")
    private boolean isApplying;

    @Option(
            names = "--unverified",
            description = "Take the one request that is named although its signature does not prove it.")
    private boolean isUnverified;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show so many; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    @Mixin
    private Decider decider = new Decider();

    @Mixin
    private PublicAddress publicAddress = new PublicAddress();

    @Mixin
    private KafkaAccess kafka = new KafkaAccess();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    AdoptCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param isApplied false: nothing was done
    private record Result(boolean isApplied, @JsonUnwrapped Entries.Listing listing) {}

    @Override
    public Integer call() throws SQLException {
        requireRequests();
        var by = decider.name(surroundings);
        var accountSid = surroundings.required(selection.account(), "--account", "TWILIO_ACCOUNT_SID");
        if (!ACCOUNT.matcher(accountSid).matches()) {
            throw new WrongUseException("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits.");
        }
        publicAddress.all(surroundings); // a wrong one is named
        var adoption = new Adoption(accountSid, tokens(), publicAddress.texts(surroundings));
        var run = new Run(accountSid, adoption, by);
        try (var connection = database.open(surroundings);
                var topic = QuarantineTopic.open(kafka, surroundings);
                var events = isApplying ? new AdoptedEvents(kafka, surroundings) : null) {
            var decisions = new Decisions(connection);
            new KeptRequests(topic, decisions).forEach(selection, some -> run.take(some, events, decisions));
        }
        var listing = run.entries.listing();
        report.print(surroundings.out(), new Result(isApplying, listing), out -> {
            if (listing.total() == 0) {
                out.println("There is nothing to adopt.");
            } else if (!isApplying) {
                out.println("What --apply would do:");
            }
            listing.print(out);
        });
        return run.hasRefusals ? 1 : 0;
    }

    private void requireRequests() {
        selection.requireAny();
        if (selection.wantsRecords() && selection.hasIds()) {
            throw new WrongUseException(
                    "Only requests are adopted, quarantine/0/42 for instance. Records are replayed.");
        }
        if (!selection.wantsRequests()) {
            throw new WrongUseException("Only requests are adopted: --topic does not belong here.");
        }
        if (isUnverified && selection.ids().size() != 1) {
            throw new WrongUseException("--unverified takes one ID: look at each with show --content first.");
        }
    }

    private List<String> tokens() {
        var tokens = Stream.of("TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY")
                .map(variable -> surroundings.setting(null, variable))
                .filter(token -> token != null)
                .toList();
        if (tokens.isEmpty() && !isUnverified) {
            throw new WrongUseException("Missing: TWILIO_AUTH_TOKEN in the environment.");
        }
        return tokens;
    }

    /// One run over all that are meant.
    private final class Run {

        private final String accountSid;
        private final Adoption adoption;
        private final String by;
        private final Entries entries = new Entries(limit);
        private boolean hasRefusals;

        Run(String accountSid, Adoption adoption, String by) {
            this.accountSid = accountSid;
            this.adoption = adoption;
            this.by = by;
        }

        /// Published before it is marked: a crash between the two publishes the same events once more.
        ///
        /// @param events null: nothing is to be done
        void take(List<Found> some, @Nullable AdoptedEvents events, Decisions decisions) throws SQLException {
            var records = new ArrayList<ProducerRecord<String, byte[]>>();
            var adopted = new ArrayList<KeptRequest>();
            for (var one : some) {
                var request = one.request();
                if (isOfAnother(request)) {
                    continue;
                }
                var outcome = outcome(one, records);
                if (outcome.equals("adopted")) {
                    adopted.add(request);
                }
                var state = outcome.equals("adopted") && events == null ? "adoptable" : outcome;
                entries.add(Entry.of(request, state), state);
            }
            if (events != null) {
                events.publish(records);
                decisions.addForRequests(adopted, isUnverified ? "adopt_unverified" : "adopt", "adopted", by);
            }
        }

        /// Chosen by a filter, and kept for another account. One that is named by its id is looked at in any case.
        private boolean isOfAnother(KeptRequest request) {
            return !selection.hasIds()
                    && request.account() != null
                    && !request.account().equals(accountSid);
        }

        private String outcome(Found found, List<ProducerRecord<String, byte[]>> records) {
            var last = found.decision();
            if (last != null && last.isAdoption()) {
                return "already adopted";
            }
            if (last != null && !selection.hasIds()) {
                return last.outcome(); // dropped: somebody wants it no more, unless it is named
            }
            var content = found.request().content();
            if (content == null) {
                hasRefusals = true;
                return found.request().reason();
            }
            return switch (isUnverified ? adoption.unverified(content) : adoption.verified(content)) {
                case Adoption.Adoptable(var _, var its) -> {
                    records.addAll(its);
                    yield "adopted";
                }
                case Adoption.Refusal(var reason) -> {
                    hasRefusals = true;
                    yield "still refused: " + reason;
                }
            };
        }
    }
}

package org.transcriptpipeline.cli.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.KafkaAccess;
import org.transcriptpipeline.cli.PublicAddress;
import org.transcriptpipeline.cli.QuarantineTopic;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.TwilioAccess;
import org.transcriptpipeline.cli.WrongUseException;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.event.Topics;
import org.transcriptpipeline.ingest.signature.QuarantinedRequest;
import org.transcriptpipeline.twilio.TwilioException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Explains why a request was refused.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Explains why a request was refused with 403.",
        footer = {
            "",
            "The request: its URL or request line, its headers, a blank line, its body. Lines of curl -v are",
            "understood. Paste the body exactly: Twilio signs it.",
            "Exit status: 0 the cause is named or the signature is right, 1 not explained, 2 wrong use."
        })
public final class DoctorCommand implements Callable<Integer> {

    private static final int MOST_BYTES = 4 << 20;

    private final Surroundings surroundings;

    @Mixin
    private TwilioAccess twilio = new TwilioAccess();

    @Mixin
    private PublicAddress publicAddress = new PublicAddress();

    @Mixin
    private Report report = new Report();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file that holds the request; without it, or with -, standard input.")
    private @Nullable Path file;

    @Option(names = "--from-quarantine", description = "Take the newest request of the topic transcripts.quarantine.")
    private boolean isFromQuarantine;

    @Option(names = "--partition", paramLabel = "N", description = "Of the topic, with --from-quarantine.")
    private @Nullable Integer partition;

    @Option(
            names = "--offset",
            paramLabel = "N",
            description = "The record at this offset, with --from-quarantine and --partition.")
    private @Nullable Long offset;

    @Mixin
    private KafkaAccess kafka = new KafkaAccess();

    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            description = "A file of more auth tokens to try, one a line: those of subaccounts for instance.")
    private @Nullable Path tokenFile;

    @Option(names = "--offline", description = "Do not ask Twilio whether it takes the token.")
    private boolean isOffline;

    @Option(
            names = "--alerts",
            description = "List what Twilio says went wrong when it called us, instead of explaining a request.")
    private boolean isListingAlerts;

    @Option(
            names = "--since",
            paramLabel = "DURATION",
            defaultValue = "PT24H",
            description = "How far --alerts looks back. Default: ${DEFAULT-VALUE}.")
    private Duration since = Duration.ofHours(24);

    public DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (isListingAlerts) {
            return alerts();
        }
        var examination = new Examination(
                publicAddress.all(surroundings), twilio.accountIn(surroundings), tokens(), this::isTokenTaken);
        var request = request();
        var result = DiagnosisReport.of(examination.examine(request), request.refusedFor());
        report.print(surroundings.out(), result, result::print);
        return result.exitStatus();
    }

    private int alerts() {
        var ours = publicAddress.all(surroundings);
        try (var client = twilio.client(surroundings)) {
            var result = AlertsReport.of(
                    client.setup(), ours, surroundings.clock().instant().minus(since));
            report.print(surroundings.out(), result, result::print);
            return result.alerts().isEmpty() ? 0 : 1;
        }
    }

    private SuspectRequest request() {
        if (isFromQuarantine) {
            if (offset != null && partition == null) {
                throw new WrongUseException("--offset needs --partition.");
            }
            return keptRequest();
        }
        try {
            var text = file == null || file.toString().equals("-")
                    ? surroundings.in().readNBytes(MOST_BYTES + 1)
                    : read(file);
            if (text.length > MOST_BYTES) {
                throw new WrongUseException("A request of more than 4 MiB is none of Twilio's.");
            }
            return RequestText.parse(text);
        } catch (IOException _) {
            throw new WrongUseException("The request cannot be read.");
        }
    }

    private SuspectRequest keptRequest() {
        try (var topic = QuarantineTopic.open(kafka, surroundings)) {
            var found = partition != null && offset != null
                    ? topic.at(new QuarantineTopic.Position(partition, offset))
                    : topic.newest(partition);
            if (found == null) {
                throw new RefusedException("There is no such request in " + Topics.QUARANTINE + ".");
            }
            return switch (QuarantinedRequest.read(found.value())) {
                case EventCodec.Readable<QuarantinedRequest>(var kept) -> SuspectRequest.of(kept);
                case EventCodec.Unreadable<QuarantinedRequest>(var reason) ->
                    throw new RefusedException(
                            reason.equals("version")
                                    ? "The request was kept by a newer release: use its command line tool."
                                    : "The record is no request that ingest kept: partition " + found.partition()
                                            + ", offset " + found.offset() + ".");
            };
        }
    }

    private static byte[] read(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(MOST_BYTES + 1);
        }
    }

    private Tokens tokens() {
        var primary = surroundings.environment().getOrDefault("TWILIO_AUTH_TOKEN", "");
        if (primary.isBlank()) {
            throw new WrongUseException("Missing: TWILIO_AUTH_TOKEN in the environment. Without a token the service"
                    + " refuses every request.");
        }
        return new Tokens(primary, surroundings.setting(null, "TWILIO_AUTH_TOKEN_SECONDARY"), moreTokens());
    }

    private List<String> moreTokens() {
        if (tokenFile == null) {
            return List.of();
        }
        try (var lines = Files.lines(tokenFile)) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .limit(100)
                    .toList();
        } catch (IOException | UncheckedIOException _) {
            throw new WrongUseException("The file of --tokens cannot be read.");
        }
    }

    private TokenProbe.Answer isTokenTaken() {
        if (isOffline || twilio.accountIn(surroundings) == null) {
            return TokenProbe.Answer.UNKNOWN;
        }
        try (var client = twilio.client(surroundings)) {
            client.services(null);
            return TokenProbe.Answer.ACCEPTED;
        } catch (TwilioException.Unauthorised _) {
            return TokenProbe.Answer.REFUSED;
        } catch (TwilioException e) {
            surroundings.err().println("Twilio could not be asked about the token: " + e.getMessage());
            return TokenProbe.Answer.UNKNOWN;
        }
    }
}

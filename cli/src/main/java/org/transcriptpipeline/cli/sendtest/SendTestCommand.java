package org.transcriptpipeline.cli.sendtest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.DatabaseAccess;
import org.transcriptpipeline.cli.Patience;
import org.transcriptpipeline.cli.PublicAddress;
import org.transcriptpipeline.cli.RefusedException;
import org.transcriptpipeline.cli.Report;
import org.transcriptpipeline.cli.Surroundings;
import org.transcriptpipeline.cli.WrongUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Sends one signed request to the public address and follows it to its row.
@Command(
        name = "send-test",
        mixinStandardHelpOptions = true,
        description = "Posts a signed test message to PUBLIC_BASE_URL, as Twilio would, and follows it to Postgres.",
        footer = {
            "",
            "The test's conversation has a SID that begins with CH7e577e57; Twilio knows nothing of it.",
            "Exit status: 0 it is stored, 1 it got stuck, at the step that is named, 2 wrong use."
        })
public final class SendTestCommand implements Callable<Integer> {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Surroundings surroundings;

    @Mixin
    private PublicAddress publicAddress = new PublicAddress();

    @Mixin
    private DatabaseAccess database = new DatabaseAccess();

    @Mixin
    private Report report = new Report();

    @Option(
            names = "--account",
            paramLabel = "SID",
            description = "The Twilio account, AC…; else TWILIO_ACCOUNT_SID. Its token is always TWILIO_AUTH_TOKEN.")
    private @Nullable String account;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "PT30S",
            description = "How long to look for the row. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(30);

    public SendTestCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// @param state `stored`, or `stuck`
    /// @param step where: `public_url`, `signature`, `kafka`, `ingest`, `postgres`, `archiver`; null where nowhere
    /// @param status the answer of ingest
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Followed(
            String state,
            @Nullable String step,
            String words,
            String conversationSid,
            @Nullable Integer status) {}

    @Override
    public Integer call() {
        var token = surroundings.requiredSecret("TWILIO_AUTH_TOKEN");
        var accountSid = surroundings.required(account, "--account", "TWILIO_ACCOUNT_SID");
        var message = TestMessage.of(accountSid, surroundings.clock().instant(), new SecureRandom());
        var followed = followed(message, token);
        report.print(surroundings.out(), followed, out -> {
            out.println("Test conversation " + followed.conversationSid());
            out.println(followed.words());
        });
        return followed.state().equals("stored") ? 0 : 1;
    }

    private Followed followed(TestMessage message, String token) {
        int status;
        try {
            status = post(message, token);
        } catch (IOException e) {
            return stuck(
                    message,
                    "public_url",
                    "Stuck at the public address: no answer (" + e.getClass().getSimpleName()
                            + "). Is it reachable from here, and its certificate valid?",
                    null);
        }
        return switch (status) {
            case 204 -> stored(message);
            case 401, 403 ->
                stuck(
                        message,
                        "signature",
                        "Stuck at the signature: " + status + ". ingest-service has another"
                                + " TWILIO_AUTH_TOKEN or PUBLIC_BASE_URL; bin/transcripts doctor --from-quarantine.",
                        status);
            case 503 -> stuck(message, "kafka", "Stuck before Kafka: 503, ingest-service cannot hand it over.", status);
            case 404, 405, 502, 504 ->
                stuck(
                        message,
                        "public_url",
                        "Stuck at the public address: " + status
                                + ". The proxy does not lead to ingest-service, or to another path.",
                        status);
            default -> stuck(message, "ingest", "Stuck at ingest-service: it answered " + status + ".", status);
        };
    }

    private int post(TestMessage message, String token) throws IOException {
        var address = publicAddress.told(surroundings);
        // without credentials, as Twilio's documentation has them removed before signing
        var url = address + "/webhooks/conversations";
        try (var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build()) {
            var request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(ANSWER_WITHIN)
                    .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                    .header("X-Twilio-Signature", message.signature(token, url))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(message.body()))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IllegalArgumentException _) {
            throw new WrongUseException("PUBLIC_BASE_URL is no address that can be asked.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException("Interrupted.");
        }
    }

    private Followed stored(TestMessage message) {
        try (var connection = database.open(surroundings)) {
            long begin = System.nanoTime();
            boolean isStored = Patience.until(timeout, PAUSE, () -> isIn(connection, message));
            return isStored
                    ? new Followed(
                            "stored",
                            null,
                            "Taken by ingest-service, stored in Postgres "
                                    + Duration.ofNanos(System.nanoTime() - begin)
                                            .toMillis() + " ms after the answer.",
                            message.conversationSid(),
                            204)
                    : stuck(
                            message,
                            "archiver",
                            "Stuck behind Kafka: ingest-service has handed it over, and it is not"
                                    + " in Postgres. Is archiver-service ready, does it lag, is the record set aside"
                                    + " (transcripts.quarantined_records)?",
                            204);
        } catch (SQLException e) {
            return stuck(
                    message,
                    "postgres",
                    "Taken by ingest-service. Whether it is stored cannot be seen: Postgres"
                            + " does not answer, SQLSTATE " + e.getSQLState() + " (SPRING_DATASOURCE_URL).",
                    204);
        }
    }

    private static boolean isIn(Connection connection, TestMessage message) {
        try (var statement =
                connection.prepareStatement("SELECT EXISTS (SELECT FROM transcripts.messages WHERE message_sid = ?)")) {
            statement.setString(1, message.messageSid());
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new RefusedException("Postgres went away meanwhile, SQLSTATE " + e.getSQLState() + ".");
        }
    }

    private static Followed stuck(TestMessage message, String step, String words, @Nullable Integer status) {
        return new Followed("stuck", step, words, message.conversationSid(), status);
    }
}

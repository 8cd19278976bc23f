package org.transcriptpipeline.simulator.run;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.EventStream;
import org.transcriptpipeline.simulator.ScenarioException;
import org.transcriptpipeline.simulator.TwilioSimulator;
import org.transcriptpipeline.simulator.WebhookSender;
import org.transcriptpipeline.simulator.WorldPlayer;
import org.transcriptpipeline.simulator.WorldScenario;
import org.transcriptpipeline.simulator.rest.Fault;
import org.transcriptpipeline.simulator.rest.RestStandIn;
import org.transcriptpipeline.simulator.world.TwilioWorld;

/// A Twilio of one's own from the command line: serves REST, plays a scenario as webhooks, and stays until it is
/// ended, so that a service can reconcile with it. Exit status 2: wrong use.
public final class RunSimulator implements AutoCloseable {

    private static final String USE = """
            Use: RunSimulator SCENARIO BASE_URL [PUBLIC_BASE_URL]
            SCENARIO         a file with happenings, or the name of a bundled one: lossy-hotline.yaml, load.yaml
            BASE_URL         where webhooks go, http://localhost:8080
            PUBLIC_BASE_URL  what the signatures are made for, the service's setting of that name; default BASE_URL
            The environment has TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, as the service has them, and may have
            SIMULATOR_PORT for REST, default 8090: the service gets TWILIO_API_BASE_URL=http://127.0.0.1:8090.
            What is true is at http://127.0.0.1:8090/_truth/conversations.""";
    private static final String DEFAULT_PORT = "8090";
    private static final Duration SEND_LIMIT = Duration.ofMinutes(10);

    private final WorldScenario scenario;
    private final TwilioWorld world;
    private final RestStandIn standIn;
    private final TwilioSimulator simulator;
    private final WebhookSender sender;
    private final @Nullable EventStream stream;

    private RunSimulator(
            WorldScenario scenario, URI baseUrl, String publicBaseUrl, String accountSid, String authToken, int port) {
        this.scenario = scenario;
        world = new TwilioWorld(accountSid, scenario.seed(), Clock.systemUTC());
        standIn = new RestStandIn(world, authToken, port, Clock.systemUTC());
        standIn.hasNumber(scenario.number());
        for (var fault : scenario.restFaults()) {
            var answer =
                    fault.status() == null ? new Fault.CutOff() : new Fault.Status(fault.status(), fault.retryAfter());
            standIn.answersWith(answer, fault.path(), fault.times());
        }
        simulator = new TwilioSimulator(baseUrl, publicBaseUrl, accountSid, authToken);
        sender = new WebhookSender(world, simulator, scenario.mischief());
        stream = scenario.isStreamed() ? new EventStream(world, simulator, scenario.mischief()) : null;
    }

    public static void main(String[] arguments) throws InterruptedException {
        try (var running = start(List.of(arguments), System.getenv())) {
            System.out.println("REST is served at " + running.baseUrl());
            System.out.println(running.play());
            System.out.println("What is true is at " + running.baseUrl() + "/_truth/conversations. Ctrl-C ends it.");
            new CountDownLatch(1).await();
        } catch (ScenarioException | IllegalArgumentException | IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /// Serves REST and is ready to play.
    ///
    /// @throws IllegalArgumentException with the usage, when it is wrong
    static RunSimulator start(List<String> arguments, Map<String, String> environment) throws IOException {
        var accountSid = environment.getOrDefault("TWILIO_ACCOUNT_SID", "");
        var authToken = environment.getOrDefault("TWILIO_AUTH_TOKEN", "");
        if (arguments.size() < 2 || arguments.size() > 3 || accountSid.isBlank() || authToken.isBlank()) {
            throw new IllegalArgumentException(USE);
        }
        var file = Path.of(arguments.getFirst());
        var scenario = Files.exists(file) ? WorldScenario.read(file) : WorldScenario.bundled(arguments.getFirst());
        int port = Integer.parseInt(environment.getOrDefault("SIMULATOR_PORT", DEFAULT_PORT));
        return new RunSimulator(
                scenario, URI.create(arguments.get(1)), arguments.getLast(), accountSid, authToken, port);
    }

    URI baseUrl() {
        return standIn.baseUrl();
    }

    /// Plays the scenario and waits until everything was sent.
    ///
    /// @return what came of it, in words
    String play() throws InterruptedException {
        int conversations = new WorldPlayer(scenario, world).play().size();
        boolean isSent = sender.awaitQuiet(SEND_LIMIT) && (stream == null || stream.awaitQuiet(SEND_LIMIT));
        var counts = sender.counts();
        return "%d conversations; webhooks: %d due, %d dropped, %d repeated, %d acknowledged of %d sent, %d overflowed%s%s"
                .formatted(
                        conversations,
                        counts.due(),
                        counts.dropped(),
                        counts.repeated(),
                        counts.acknowledged(),
                        counts.sent(),
                        counts.overflowed(),
                        stream == null
                                ? ""
                                : "; streamed: " + stream.counts().acknowledged() + " events of "
                                        + stream.counts().due(),
                        isSent ? "" : "; not all was sent within " + SEND_LIMIT.toMinutes() + " minutes");
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
        sender.close();
        simulator.close();
        standIn.close();
    }
}

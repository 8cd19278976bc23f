package org.transcriptpipeline.simulator;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Plays a scenario file from the command line. Exit status 0: everything was acknowledged, 1: something was not,
/// 2: wrong use.
public final class PlayScenario {

    private static final String USE = """
            Use: PlayScenario FILE BASE_URL [PUBLIC_BASE_URL]
            FILE             a scenario, see the module's README
            BASE_URL         where ingest-service listens, http://localhost:8080
            PUBLIC_BASE_URL  what the signatures are made for, the service's setting of that name; default BASE_URL
            The environment has TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, as the service has them.""";

    private PlayScenario() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(List.of(arguments), System.getenv()));
    }

    static int run(List<String> arguments, Map<String, String> environment) throws InterruptedException {
        var accountSid = environment.getOrDefault("TWILIO_ACCOUNT_SID", "");
        var authToken = environment.getOrDefault("TWILIO_AUTH_TOKEN", "");
        if (arguments.size() < 2 || arguments.size() > 3 || accountSid.isBlank() || authToken.isBlank()) {
            System.err.println(USE);
            return 2;
        }
        try (var simulator =
                new TwilioSimulator(URI.create(arguments.get(1)), arguments.getLast(), accountSid, authToken)) {
            var answers = simulator.play(Scenario.read(Path.of(arguments.getFirst())));
            answers.stream()
                    .collect(Collectors.groupingBy(PlayScenario::outcome, Collectors.counting()))
                    .forEach((outcome, count) -> System.out.println(count + " × " + outcome));
            return answers.stream().allMatch(Answer::isAcknowledged) ? 0 : 1;
        } catch (ScenarioException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            System.err.println("Cannot read " + arguments.getFirst() + ": " + e.getMessage());
            return 2;
        }
    }

    private static String outcome(Answer answer) {
        return switch (answer) {
            case Answer.Answered answered -> "answered " + answered.status();
            case Answer.Unanswered unanswered -> "not answered, " + unanswered.reason();
        };
    }
}

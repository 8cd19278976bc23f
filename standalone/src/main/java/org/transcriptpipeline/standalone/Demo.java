package org.transcriptpipeline.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.simulator.Answer;
import org.transcriptpipeline.simulator.Scenario;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.TwilioSimulator;

/// Plays the puppy hotline through the front door, signed like any webhook, under an account that exists only here.
///
/// Once per data directory: a file remembers when the conversation began and that it was played to the end. A start
/// that finds it half played sends the same bytes again, which the pipeline takes for the repeats they are.
final class Demo {

    private static final Logger log = LoggerFactory.getLogger(Demo.class);
    private static final String SCENARIO = "puppy-hotline.yaml";
    private static final String STARTED_AT = "startedAt";
    private static final String PLAYED = "played";
    private static final int ATTEMPTS = 3;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(5);
    private static final Duration MAIL_LIMIT = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final StandaloneSettings settings;
    private final Path memory;
    private final Path outbox;
    private final Scenario scenario;
    private final String authToken = Standalone.secret();

    private Demo(StandaloneSettings settings, DataDirectory directory, Scenario scenario) {
        this.settings = settings;
        this.memory = directory.demo();
        this.outbox = directory.outbox();
        this.scenario = scenario;
    }

    static Demo of(StandaloneSettings settings, DataDirectory directory) {
        try {
            return new Demo(settings, directory, Scenario.bundled(SCENARIO));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String operator(StandaloneSettings settings) {
        return settings.handoffEmailTo() == null ? "operator@example.com" : settings.handoffEmailTo();
    }

    static String sender(StandaloneSettings settings) {
        return settings.handoffEmailFrom() == null ? "transcripts@example.com" : settings.handoffEmailFrom();
    }

    String accountSid() {
        return Sids.account(scenario.name());
    }

    String authToken() {
        return authToken;
    }

    /// @return stops it
    AutoCloseable playInBackground(Welcome welcome) {
        var thread = Thread.ofPlatform().name("demo").daemon().start(() -> {
            try {
                welcome.print(System.out, play());
            } catch (InterruptedException _) {
                log.info("The demo was stopped");
            } catch (IOException | RuntimeException e) {
                log.atWarn().setCause(e).log("The demo could not be played; the services are up all the same");
            }
        });
        return () -> {
            thread.interrupt();
            thread.join();
        };
    }

    private Welcome.Shown play() throws IOException, InterruptedException {
        var remembered = remembered();
        if (Boolean.parseBoolean(remembered.getProperty(PLAYED))) {
            return new Welcome.Shown(scenario.conversationSid(), true, null);
        }
        var startedAt = Instant.parse(remembered.getProperty(
                STARTED_AT,
                Instant.now().minusSeconds(150).truncatedTo(ChronoUnit.SECONDS).toString()));
        remember(startedAt, false);
        var before = mails();
        for (int attempt = 1; !sendAll(startedAt); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("requests of the demo were not acknowledged, see the log above");
            }
            Thread.sleep(BETWEEN_ATTEMPTS);
        }
        remember(startedAt, true);
        return new Welcome.Shown(
                scenario.conversationSid(), false, settings.mailsGoToFiles() ? awaitMail(before) : null);
    }

    /// @return whether everything was acknowledged; what was is a repeat the next time
    private boolean sendAll(Instant startedAt) throws InterruptedException {
        var publicBaseUrl = settings.publicBaseUrls().split(",")[0].strip();
        var ingest = URI.create("http://127.0.0.1:" + settings.port(StandaloneSettings.INGEST_PORT));
        try (var twilio = new TwilioSimulator(ingest, publicBaseUrl, accountSid(), authToken)) {
            var answers = twilio.play(scenario, startedAt);
            long acknowledged = answers.stream().filter(Answer::isAcknowledged).count();
            log.atInfo()
                    .addKeyValue("conversationSid", scenario.conversationSid())
                    .addKeyValue("requests", answers.size())
                    .addKeyValue("acknowledged", acknowledged)
                    .log("Demo played");
            return acknowledged == answers.size();
        }
    }

    private @Nullable Path awaitMail(Set<Path> before) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MAIL_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            var mails = new HashSet<>(mails());
            mails.removeAll(before);
            if (!mails.isEmpty()) {
                return mails.iterator().next();
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
        log.atWarn()
                .addKeyValue("outbox", outbox)
                .addKeyValue("limit", MAIL_LIMIT)
                .log("No mail of the demo came");
        return null;
    }

    private Set<Path> mails() throws IOException {
        if (!Files.isDirectory(outbox)) {
            return Set.of();
        }
        try (var files = Files.list(outbox)) {
            return files.filter(f -> f.toString().endsWith(".eml")).collect(Collectors.toSet());
        }
    }

    private Properties remembered() throws IOException {
        var properties = new Properties();
        if (Files.exists(memory)) {
            try (var in = Files.newInputStream(memory)) {
                properties.load(in);
            }
        }
        return properties;
    }

    private void remember(Instant startedAt, boolean isPlayed) throws IOException {
        var properties = new Properties();
        properties.setProperty(STARTED_AT, startedAt.toString());
        properties.setProperty(PLAYED, Boolean.toString(isPlayed));
        var fresh = memory.resolveSibling(memory.getFileName() + ".new");
        try (var out = Files.newOutputStream(fresh)) {
            properties.store(out, null);
        }
        Files.move(fresh, memory, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

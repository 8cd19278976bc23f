package org.transcriptpipeline.standalone;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the environment says, checked before anything is started. Settings that only one service reads are not here:
/// each service finds them in the environment by itself.
///
/// @param ports by the name of their variable
/// @param publicBaseUrls `PUBLIC_BASE_URL`, or the ingest port on this machine where nobody else can call anyway
/// @param handoffEmailTo null: no mail, or the demo's operator
/// @param mediaDirectory `MEDIA_DIRECTORY`; null: below the data directory
/// @param spillDirectory `SPILL_DIRECTORY`; null: below the data directory
/// @param consoleUsername null, as the password: both are made here
/// @param consoleBaseUrl null: this machine's own address
/// @param linkSecret null: made here
/// @param mailsGoToFiles no SMTP server is configured
record StandaloneSettings(
        Path dataDirectory,
        Map<String, Integer> ports,
        boolean demo,
        boolean hasAccount,
        String publicBaseUrls,
        @Nullable String analystPassword,
        @Nullable String handoffEmailTo,
        @Nullable String handoffEmailFrom,
        @Nullable String mediaDirectory,
        @Nullable String spillDirectory,
        @Nullable String consoleUsername,
        @Nullable String consolePassword,
        @Nullable String consoleBaseUrl,
        @Nullable String linkSecret,
        boolean mailsGoToFiles) {

    static final String KAFKA_PORT = "KAFKA_PORT";
    static final String POSTGRES_PORT = "POSTGRES_PORT";
    static final String INGEST_PORT = "INGEST_PORT";
    static final String INGEST_MANAGEMENT_PORT = "INGEST_MANAGEMENT_PORT";
    static final String ARCHIVER_PORT = "ARCHIVER_PORT";
    static final String ARCHIVER_MANAGEMENT_PORT = "ARCHIVER_MANAGEMENT_PORT";
    static final String NOTIFIER_MANAGEMENT_PORT = "NOTIFIER_MANAGEMENT_PORT";

    /// An account of `transcripts.accounts.<name>`, given by environment variable.
    private static final String MORE_ACCOUNTS = "TRANSCRIPTS_ACCOUNTS_";

    StandaloneSettings {
        ports = Map.copyOf(ports);
    }

    /// @throws StandaloneException when a setting is missing or makes no sense
    static StandaloneSettings of(Map<String, String> environment) {
        var ports = new LinkedHashMap<String, Integer>();
        readPort(environment, INGEST_PORT, 8080, ports);
        readPort(environment, INGEST_MANAGEMENT_PORT, 9080, ports);
        readPort(environment, ARCHIVER_PORT, 8081, ports);
        readPort(environment, ARCHIVER_MANAGEMENT_PORT, 9081, ports);
        readPort(environment, NOTIFIER_MANAGEMENT_PORT, 9082, ports);
        readPort(environment, KAFKA_PORT, 9092, ports);
        readPort(environment, POSTGRES_PORT, 5433, ports);

        boolean hasAccount = value(environment, "TWILIO_AUTH_TOKEN") != null
                || value(environment, "TWILIO_AUTH_TOKEN_SECONDARY") != null
                || environment.keySet().stream().anyMatch(name -> name.startsWith(MORE_ACCOUNTS));
        var publicBaseUrls = value(environment, "PUBLIC_BASE_URL");
        if (publicBaseUrls == null) {
            if (hasAccount) {
                throw new StandaloneException(
                        "A Twilio account is configured, and PUBLIC_BASE_URL is not: set it to the"
                                + " address that Twilio calls, https://hooks.example.com for instance. Signatures are made"
                                + " for it.");
            }
            publicBaseUrls = "http://localhost:" + ports.get(INGEST_PORT);
        }
        if ((value(environment, "CONSOLE_USERNAME") == null) != (value(environment, "CONSOLE_PASSWORD") == null)) {
            throw new StandaloneException("CONSOLE_USERNAME and CONSOLE_PASSWORD belong together, and only one of them"
                    + " is set. With neither, both are made here.");
        }
        return new StandaloneSettings(
                directory(environment),
                ports,
                demo(environment, !hasAccount),
                hasAccount,
                publicBaseUrls,
                value(environment, "ANALYST_PASSWORD"),
                value(environment, "HANDOFF_EMAIL_TO"),
                value(environment, "HANDOFF_EMAIL_FROM"),
                value(environment, "MEDIA_DIRECTORY"),
                value(environment, "SPILL_DIRECTORY"),
                value(environment, "CONSOLE_USERNAME"),
                value(environment, "CONSOLE_PASSWORD"),
                value(environment, "CONSOLE_BASE_URL"),
                value(environment, "HANDOFF_LINK_SECRET"),
                value(environment, "SPRING_MAIL_HOST") == null);
    }

    int port(String name) {
        var port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("no port " + name);
        }
        return port;
    }

    /// No password.
    @Override
    public String toString() {
        return "StandaloneSettings[" + dataDirectory + " " + ports + "]";
    }

    private static Path directory(Map<String, String> environment) {
        var text = value(environment, "STANDALONE_DATA_DIRECTORY");
        try {
            return Path.of(text == null ? "data" : text).toAbsolutePath().normalize();
        } catch (InvalidPathException _) {
            throw new StandaloneException("STANDALONE_DATA_DIRECTORY is no path: " + text);
        }
    }

    private static boolean demo(Map<String, String> environment, boolean otherwise) {
        var text = value(environment, "STANDALONE_DEMO");
        return switch (text) {
            case null -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw new StandaloneException("STANDALONE_DEMO must be true or false, it is " + text);
        };
    }

    private static void readPort(
            Map<String, String> environment, String name, int otherwise, Map<String, Integer> ports) {
        var text = value(environment, name);
        int port = otherwise;
        if (text != null) {
            try {
                port = Integer.parseInt(text);
            } catch (NumberFormatException _) {
                port = -1;
            }
        }
        if (port < 1 || port > 65535) {
            throw new StandaloneException(name + " must be a port from 1 to 65535, it is " + text);
        }
        for (var other : ports.entrySet()) {
            if (other.getValue() == port) {
                throw new StandaloneException(
                        other.getKey() + " and " + name + " are both " + port + "; give one of them another port.");
            }
        }
        ports.put(name, port);
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        var value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}

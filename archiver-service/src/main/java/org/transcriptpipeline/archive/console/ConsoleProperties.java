package org.transcriptpipeline.archive.console;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.transcriptpipeline.rules.TakeLinks;

/// @param username `CONSOLE_USERNAME`, required
/// @param password `CONSOLE_PASSWORD`, required
/// @param baseUrl `CONSOLE_BASE_URL`, where this service is reached from outside
/// @param linkSecret `HANDOFF_LINK_SECRET`, which makes the links of the notifier's mails
/// @param failuresPerMinute wrong sign-ins of one address, beyond which it has to wait
@ConfigurationProperties("transcripts.console")
record ConsoleProperties(
        @Nullable String username,
        @Nullable String password,
        @Nullable String baseUrl,
        @Nullable String linkSecret,
        @DefaultValue("10") int failuresPerMinute) {

    ConsoleProperties {
        if (isBlank(username) || isBlank(password)) {
            throw new IllegalStateException("CONSOLE_USERNAME and CONSOLE_PASSWORD are required, and "
                    + (isBlank(username) ? isBlank(password) ? "neither" : "only the second" : "only the first")
                    + " is set: who asks the API on port 8081 signs in with them");
        }
        if (username != null && username.indexOf(':') >= 0) {
            throw new IllegalStateException("CONSOLE_USERNAME must not hold a colon: HTTP Basic ends the name there");
        }
        if (failuresPerMinute < 1) {
            throw new IllegalStateException("transcripts.console.failures-per-minute must be positive");
        }
    }

    String requiredUsername() {
        return username == null ? "" : username;
    }

    String requiredPassword() {
        return password == null ? "" : password;
    }

    /// @return null where neither setting is there: mails hold no such link, and none is genuine
    @Nullable
    TakeLinks takeLinks() {
        if (isBlank(baseUrl) && isBlank(linkSecret)) {
            return null;
        }
        if (baseUrl == null || linkSecret == null || baseUrl.isBlank() || linkSecret.isBlank()) {
            throw new IllegalStateException("CONSOLE_BASE_URL and HANDOFF_LINK_SECRET belong together, and only "
                    + (isBlank(linkSecret) ? "the first" : "the second") + " is set");
        }
        try {
            return new TakeLinks(URI.create(baseUrl.strip()), linkSecret);
        } catch (IllegalArgumentException _) { // not as the cause: a URL that is none may hold a password
            throw new IllegalStateException(
                    "CONSOLE_BASE_URL has to be a URL, and HANDOFF_LINK_SECRET has to have 32 characters at least");
        }
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    @Override
    public String toString() {
        return "ConsoleProperties[" + failuresPerMinute + "]"; // the rest is secret, or somebody's name
    }
}

package org.transcriptpipeline.archive.console;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.transcriptpipeline.rules.TakeLinks;

/// @param username `CONSOLE_USERNAME`, required
/// @param password `CONSOLE_PASSWORD`, required
/// @param baseUrl `CONSOLE_BASE_URL`, where this service is reached from outside
/// @param linkSecret `HANDOFF_LINK_SECRET`, which makes the links of the notifier's mails
/// @param failuresPerMinute wrong sign-ins of one address, beyond which it has to wait
/// @param longestSession how long a sign-in lasts, however busy
/// @param users further people and programs by the name that they sign in with, each with a team
@ConfigurationProperties("transcripts.console")
record ConsoleProperties(
        @Nullable String username,
        @Nullable String password,
        @Nullable String baseUrl,
        @Nullable String linkSecret,
        @DefaultValue("10") int failuresPerMinute,
        @DefaultValue("12h") Duration longestSession,
        @DefaultValue Map<String, User> users) {

    /// The team of whoever sees everything.
    private static final String EVERYTHING = "*";

    /// @param password required
    /// @param team required: whose rows of `store.team_scopes` say what is seen, or `*` for everything. Without a
    ///     default, since a forgotten line must not open the store
    /// @param role viewer, operator or admin
    record User(
            @Nullable String password,
            @Nullable String team,
            @DefaultValue("viewer") Role role) {
        @Override
        public String toString() {
            return "User"; // the password is secret
        }
    }

    /// One who may sign in.
    record Account(ConsoleUser user, String password) {
        @Override
        public String toString() {
            return "Account"; // the password is secret
        }
    }

    ConsoleProperties {
        users = Map.copyOf(users);
        if (isBlank(username) || isBlank(password)) {
            throw new IllegalStateException("CONSOLE_USERNAME and CONSOLE_PASSWORD are required, and "
                    + (isBlank(username) ? isBlank(password) ? "neither" : "only the second" : "only the first")
                    + " is set: who asks the API on port 8081 signs in with them");
        }
        if (username != null && username.indexOf(':') >= 0) {
            throw new IllegalStateException("CONSOLE_USERNAME must not hold a colon: HTTP Basic ends the name there");
        }
        for (var entry : users.entrySet()) { // messages name no user: a name may be a person's
            if (entry.getKey().isBlank() || entry.getKey().indexOf(':') >= 0) {
                throw new IllegalStateException(
                        "A name under transcripts.console.users is empty or holds a colon, where HTTP Basic ends the name");
            }
            if (entry.getKey().equals(username)) {
                throw new IllegalStateException("CONSOLE_USERNAME is under transcripts.console.users too");
            }
            if (isBlank(entry.getValue().password()) || isBlank(entry.getValue().team())) {
                throw new IllegalStateException("Each user under transcripts.console.users needs a password and a team;"
                        + " the team \"*\" sees everything");
            }
        }
        if (failuresPerMinute < 1) {
            throw new IllegalStateException("transcripts.console.failures-per-minute must be positive");
        }
    }

    /// Everybody who may sign in, the one who sees everything first.
    List<Account> accounts() {
        var accounts = new ArrayList<Account>();
        accounts.add(new Account(new ConsoleUser(required(username), null, Role.ADMIN, false), required(password)));
        users.forEach((name, user) -> accounts.add(new Account(
                new ConsoleUser(
                        name, EVERYTHING.equals(user.team()) ? null : required(user.team()), user.role(), false),
                required(user.password()))));
        return List.copyOf(accounts);
    }

    private static String required(@Nullable String text) {
        if (text == null) {
            throw new IllegalStateException("checked at construction");
        }
        return text;
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

    /// Whether pages are reached by TLS, which a proxy may end before us.
    boolean isSecure() {
        return baseUrl != null && baseUrl.strip().regionMatches(true, 0, "https:", 0, 6);
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    @Override
    public String toString() {
        return "ConsoleProperties[" + failuresPerMinute + "]"; // the rest is secret, or somebody's name
    }
}

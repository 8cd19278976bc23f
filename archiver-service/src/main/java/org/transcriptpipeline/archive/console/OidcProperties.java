package org.transcriptpipeline.archive.console;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Signing in by OpenID Connect, beside the users of the settings.
///
/// @param issuer `https://login.example.com/…`, below which its configuration is found; unset: off
/// @param clientId as the issuer knows this console
/// @param clientSecret likewise
/// @param nameClaim claim that holds the name which is shown, and written down with what somebody reads
/// @param groupsClaim claim that holds the groups which somebody is in: a list of texts, or one
/// @param groups what members of each group may; the first one that somebody is in counts, and who is in none is not
///     let in
@ConfigurationProperties("transcripts.console.oidc")
record OidcProperties(
        @Nullable String issuer,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @DefaultValue("preferred_username") String nameClaim,
        @DefaultValue("groups") String groupsClaim,
        @DefaultValue Map<String, Group> groups) {

    /// The team of whoever sees everything.
    private static final String EVERYTHING = "*";

    /// @param team required: whose rows of `store.team_scopes` say what is seen, or `*` for everything
    /// @param role viewer, operator or admin
    record Group(
            @Nullable String team, @DefaultValue("viewer") Role role) {

        ConsoleUser user(String name) {
            return new ConsoleUser(name, EVERYTHING.equals(team) ? null : team, role, true);
        }
    }

    OidcProperties {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups)); // in the order of the settings
        if (issuer != null && !issuer.isBlank()) {
            if (isBlank(clientId) || isBlank(clientSecret)) {
                throw new IllegalStateException(
                        "transcripts.console.oidc.issuer needs transcripts.console.oidc.client-id and client-secret");
            }
            if (groups.isEmpty() || groups.values().stream().anyMatch(group -> isBlank(group.team()))) {
                throw new IllegalStateException(
                        "transcripts.console.oidc.groups needs a group at least, and each of them"
                                + " a team; the team \"*\" sees everything");
            }
            if (!isUrl(issuer)) {
                throw new IllegalStateException("transcripts.console.oidc.issuer has to be a URL");
            }
        }
    }

    boolean isOn() {
        return !isBlank(issuer);
    }

    private static boolean isUrl(String text) {
        try {
            return URI.create(text).getHost() != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    @Override
    public String toString() {
        return "OidcProperties[" + (isOn() ? "on" : "off") + "]"; // the rest is secret, or names people's groups
    }
}

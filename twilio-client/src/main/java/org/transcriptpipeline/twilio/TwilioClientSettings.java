package org.transcriptpipeline.twilio;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a [TwilioClient] needs to know.
///
/// @param calls hears of every request
/// @param clock dates an answer that has no date of its own
public record TwilioClientSettings(
        Credentials credentials, Location location, Limits limits, TwilioCalls calls, Clock clock) {

    /// An account at Twilio itself, asked with the usual limits.
    public static TwilioClientSettings of(Credentials credentials) {
        return new TwilioClientSettings(
                credentials, Location.TWILIO, Limits.USUAL, TwilioCalls.UNHEARD, Clock.systemUTC());
    }

    /// Who asks.
    ///
    /// @param accountSid `AC…`, whose resources these are
    /// @param username the account SID, or the SID of an API key, `SK…`
    /// @param secret the auth token, or the secret of the API key
    public record Credentials(String accountSid, String username, String secret) {

        private static final Pattern ACCOUNT_SID = Pattern.compile("AC[0-9a-fA-F]{32}");

        public Credentials {
            if (!ACCOUNT_SID.matcher(accountSid).matches()) {
                throw new IllegalArgumentException("An account SID is AC and 32 hexadecimal digits.");
            }
            if (username.isBlank() || secret.isBlank()) {
                throw new IllegalArgumentException("Requests to Twilio need a user name and a secret.");
            }
        }

        public static Credentials authToken(String accountSid, String authToken) {
            return new Credentials(accountSid, accountSid, authToken);
        }

        @Override
        public String toString() {
            return "Credentials[" + accountSid + "]";
        }
    }

    /// Where Twilio is.
    ///
    /// @param baseUrl where all requests go instead, `http://localhost:8090` for instance: the host that was meant
    ///     becomes the first segment of the path. Null for Twilio's hosts
    /// @param region where data is processed, `ie1` for instance; null for Twilio's default
    /// @param edge where requests enter Twilio's network, `dublin` for instance; null for Twilio's default
    public record Location(
            @Nullable URI baseUrl,
            @Nullable String region,
            @Nullable String edge) {

        public static final Location TWILIO = new Location(null, null, null);

        private static final Pattern LABEL = Pattern.compile("[a-z0-9-]{1,63}");

        public Location {
            if (baseUrl != null && !isUsable(baseUrl)) {
                throw new IllegalArgumentException(
                        "The base URL of Twilio's API must be http or https with a host, without user, query or fragment.");
            }
            if ((region != null && !LABEL.matcher(region).matches())
                    || (edge != null && !LABEL.matcher(edge).matches())) {
                throw new IllegalArgumentException(
                        "Region and edge are names like ie1 and dublin: they become part of a host.");
            }
        }

        public static Location at(URI baseUrl) {
            return new Location(baseUrl, null, null);
        }

        private static boolean isUsable(URI url) {
            return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getUserInfo() == null
                    && url.getQuery() == null
                    && url.getFragment() == null;
        }
    }

    /// How much, and how long.
    ///
    /// @param requestsPerSecond of all clients of this account in this process; Twilio's default is 30 for all
    ///     who use the account (documentation, Conversations limits, 2026-11)
    /// @param connectTimeout to make a connection
    /// @param requestTimeout of one HTTP request, answer included
    /// @param totalTimeout of one call: the wait for its turn, its requests and the pauses between them
    public record Limits(
            int requestsPerSecond, Duration connectTimeout, Duration requestTimeout, Duration totalTimeout) {

        public static final Limits USUAL =
                new Limits(25, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));

        public Limits {
            if (requestsPerSecond < 1
                    || !connectTimeout.isPositive()
                    || !requestTimeout.isPositive()
                    || !totalTimeout.isPositive()) {
                throw new IllegalArgumentException("Limits of requests to Twilio are positive.");
            }
        }
    }
}

package org.transcriptpipeline.twilio;

import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.twilio.TwilioClientSettings.Credentials;
import org.transcriptpipeline.twilio.TwilioClientSettings.Limits;
import org.transcriptpipeline.twilio.TwilioClientSettings.Location;

/// A client for each account that Twilio can be asked about: those with a SID and a secret. Every service makes its
/// clients here, so that the same settings mean the same everywhere.
public final class TwilioClients implements AutoCloseable {

    private final Map<String, TwilioClient> clients;

    private TwilioClients(Map<String, TwilioClient> clients) {
        this.clients = Map.copyOf(clients);
    }

    /// What somebody wrote into `transcripts.accounts` and `transcripts.twilio`; the names of the components are those
    /// of the settings. Blank texts count as absent, and so do parts that are missing.
    ///
    /// @param accounts by a name of the author's own; entries without a SID or a secret are left out
    public record Settings(Map<String, Account> accounts, Api twilio) {
        public Settings {
            accounts = accounts == null ? Map.of() : Map.copyOf(accounts);
            twilio = twilio == null ? Api.USUAL : twilio;
        }

        @Override
        public String toString() {
            return "Settings" + accounts.values(); // a URL may hold a password
        }
    }

    /// @param sid `AC…`
    /// @param authTokens the first one that is not blank asks, unless there is an API key
    /// @param apiKey `SK…`, asks instead of the token
    /// @param atTwilio false for an account that Twilio is never asked about: one that it does not know, as in a
    ///     rehearsal, or whose API is nobody's business here; null: it is asked
    public record Account(
            @Nullable String sid,
            List<String> authTokens,
            @Nullable String apiKey,
            @Nullable String apiKeySecret,
            @Nullable Boolean atTwilio) {
        public Account {
            authTokens = authTokens == null ? List.of() : List.copyOf(authTokens);
        }

        @Override
        public String toString() {
            return "Account[" + sid + "]"; // the rest is secret
        }
    }

    /// @param baseUrl where all requests go instead of Twilio's hosts
    /// @param region where data is processed, `ie1` for instance
    /// @param edge where requests enter Twilio's network, `dublin` for instance
    /// @param requestsPerSecond of one account in this process; null: the usual number
    public record Api(
            @Nullable String baseUrl,
            @Nullable String region,
            @Nullable String edge,
            @Nullable Integer requestsPerSecond) {

        public static final Api USUAL = new Api(null, null, null, null);

        @Override
        public String toString() {
            return "Api[" + requestsPerSecond + "]"; // not checked yet: a text may be anything, a password in a URL too
        }
    }

    /// @param calls hears of every request of every account
    /// @throws IllegalStateException where a setting cannot be what its author meant, naming it, never a secret
    public static TwilioClients of(Settings settings, TwilioCalls calls, Clock clock) {
        var location = location(settings.twilio());
        var limits = limits(settings.twilio());
        Map<String, Credentials> credentials = new HashMap<>();
        settings.accounts().forEach((name, account) -> {
            var own = credentials(name, account);
            if (own != null && credentials.put(own.accountSid(), own) != null) {
                throw new IllegalStateException("transcripts.accounts." + name + " repeats another entry's sid");
            }
        });
        return new TwilioClients(credentials.values().stream()
                .collect(Collectors.toMap(
                        Credentials::accountSid,
                        own -> TwilioClient.of(new TwilioClientSettings(own, location, limits, calls, clock)))));
    }

    /// Asks about an account's resources; null where it is not configured, or has no secret.
    public @Nullable TwilioClient client(String accountSid) {
        return clients.get(accountSid);
    }

    /// The accounts that have a client.
    public Set<String> accountSids() {
        return clients.keySet();
    }

    @Override
    public void close() {
        clients.values().forEach(TwilioClient::close);
    }

    private static @Nullable Credentials credentials(String name, Account account) {
        var sid = filled(account.sid());
        var key = filled(account.apiKey());
        var keySecret = filled(account.apiKeySecret());
        var token = account.authTokens().stream()
                .map(String::strip)
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElse(null);
        boolean isToBeAsked = account.atTwilio() == null || account.atTwilio();
        if (!isToBeAsked || sid == null || (token == null && key == null)) {
            return null;
        }
        if ((key == null) != (keySecret == null)) {
            throw new IllegalStateException(
                    "transcripts.accounts." + name + " needs both of api-key and api-key-secret");
        }
        try {
            return key != null && keySecret != null
                    ? new Credentials(sid, key, keySecret)
                    : Credentials.authToken(sid, token == null ? "" : token);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "transcripts.accounts." + name + " needs sid, AC and 32 hexadecimal digits (TWILIO_ACCOUNT_SID)",
                    e);
        }
    }

    private static Location location(Api settings) {
        var baseUrl = filled(settings.baseUrl());
        try {
            return new Location(
                    baseUrl == null ? null : URI.create(baseUrl), filled(settings.region()), filled(settings.edge()));
        } catch (IllegalArgumentException _) { // not as the cause: a URL that is none may hold a password
            throw new IllegalStateException(
                    "transcripts.twilio needs in base-url (TWILIO_API_BASE_URL) http or https with a host, without "
                            + "user, query or fragment, and in region and edge names like ie1 and dublin");
        }
    }

    private static Limits limits(Api settings) {
        int requestsPerSecond =
                settings.requestsPerSecond() == null ? Limits.USUAL.requestsPerSecond() : settings.requestsPerSecond();
        if (requestsPerSecond < 1) {
            throw new IllegalStateException("transcripts.twilio.requests-per-second must be positive");
        }
        return new Limits(
                requestsPerSecond,
                Limits.USUAL.connectTimeout(),
                Limits.USUAL.requestTimeout(),
                Limits.USUAL.totalTimeout());
    }

    private static @Nullable String filled(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}

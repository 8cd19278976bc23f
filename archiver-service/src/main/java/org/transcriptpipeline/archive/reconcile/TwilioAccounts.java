package org.transcriptpipeline.archive.reconcile;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.twilio.TwilioCalls;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClientSettings;
import org.transcriptpipeline.twilio.TwilioClientSettings.Credentials;
import org.transcriptpipeline.twilio.TwilioClientSettings.Limits;
import org.transcriptpipeline.twilio.TwilioClientSettings.Location;

/// The accounts that Twilio can be asked about: those with a SID and a secret.
@Component
public class TwilioAccounts {

    private final Map<String, TwilioClient> clients;

    /// @throws IllegalStateException where a setting cannot be what its author meant, naming it, never a secret
    TwilioAccounts(TwilioProperties properties, MeterRegistry meters, Clock clock) {
        TwilioCalls calls = (operation, outcome, duration) -> meters.timer(
                        "transcripts_twilio_requests",
                        "operation",
                        operation,
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT))
                .record(duration);
        var location = location(properties.twilio());
        var limits = limits(properties.twilio());
        Map<String, TwilioClient> made = new HashMap<>();
        properties.accounts().forEach((name, account) -> {
            var credentials = credentials(name, account);
            if (credentials != null) {
                var client = TwilioClient.of(new TwilioClientSettings(credentials, location, limits, calls, clock));
                var other = made.put(credentials.accountSid(), client);
                if (other != null) {
                    throw new IllegalStateException("transcripts.accounts." + name + " repeats another entry's sid");
                }
            }
        });
        this.clients = Map.copyOf(made);
    }

    /// Asks about an account's resources; null where it is not configured, or has no secret.
    public @Nullable TwilioClient client(String accountSid) {
        return clients.get(accountSid);
    }

    /// The accounts that have a client.
    public Set<String> accountSids() {
        return clients.keySet();
    }

    @PreDestroy
    void close() {
        clients.values().forEach(TwilioClient::close);
    }

    private static @Nullable Credentials credentials(String name, TwilioProperties.Account account) {
        var sid = filled(account.sid());
        var key = filled(account.apiKey());
        var keySecret = filled(account.apiKeySecret());
        var token = account.authTokens().stream()
                .map(String::strip)
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElse(null);
        if (sid == null || (token == null && key == null)) {
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

    private static Location location(TwilioProperties.Api api) {
        var baseUrl = filled(api.baseUrl());
        try {
            return new Location(baseUrl == null ? null : URI.create(baseUrl), filled(api.region()), filled(api.edge()));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "transcripts.twilio needs in base-url (TWILIO_API_BASE_URL) http or https with a host, without "
                            + "user, query or fragment, and in region and edge names like ie1 and dublin");
        }
    }

    private static Limits limits(TwilioProperties.Api api) {
        if (api.requestsPerSecond() < 1) {
            throw new IllegalStateException("transcripts.twilio.requests-per-second must be positive");
        }
        return new Limits(
                api.requestsPerSecond(),
                Limits.USUAL.connectTimeout(),
                Limits.USUAL.requestTimeout(),
                Limits.USUAL.totalTimeout());
    }

    private static @Nullable String filled(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}

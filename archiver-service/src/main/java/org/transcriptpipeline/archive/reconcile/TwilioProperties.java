package org.transcriptpipeline.archive.reconcile;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.transcriptpipeline.twilio.TwilioClients;

/// Which accounts Twilio is asked about, and how.
///
/// @param accounts by a name of your own; entries without any content count as absent
@ConfigurationProperties("transcripts")
record TwilioProperties(
        @DefaultValue Map<String, Account> accounts,
        @DefaultValue Api twilio) {

    TwilioProperties {
        accounts = Map.copyOf(accounts);
    }

    TwilioClients.Settings settings() {
        return new TwilioClients.Settings(
                accounts.entrySet().stream()
                        .filter(entry -> entry.getValue().atTwilio())
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().settings())),
                twilio.baseUrl(),
                twilio.region(),
                twilio.edge(),
                twilio.requestsPerSecond());
    }

    /// @param sid `AC…`
    /// @param authTokens the first one that is not empty asks, unless there is an API key
    /// @param apiKey `SK…`, asks instead of the token
    /// @param atTwilio false for an account that Twilio is never asked about: one that it does not know, as in a
    ///     rehearsal, or one whose API is nobody's business here
    record Account(
            @Nullable String sid,
            @DefaultValue List<String> authTokens,
            @Nullable String apiKey,
            @Nullable String apiKeySecret,
            @DefaultValue("true") boolean atTwilio) {

        TwilioClients.Account settings() {
            return new TwilioClients.Account(sid, authTokens, apiKey, apiKeySecret);
        }

        @Override
        public String toString() {
            return "Account[" + sid + "]"; // the rest is secret
        }
    }

    /// @param baseUrl where all requests go instead of Twilio's hosts
    /// @param region where data is processed, `ie1` for instance
    /// @param edge where requests enter Twilio's network, `dublin` for instance
    /// @param requestsPerSecond of one account in this process
    record Api(
            @Nullable String baseUrl,
            @Nullable String region,
            @Nullable String edge,
            @DefaultValue("25") int requestsPerSecond) {}
}

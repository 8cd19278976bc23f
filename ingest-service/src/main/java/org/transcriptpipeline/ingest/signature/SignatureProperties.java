package org.transcriptpipeline.ingest.signature;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Whose requests are accepted, and at which address.
///
/// @param accounts the Twilio accounts served, by a name of your own; entries without any content count as absent
/// @param publicBaseUrls what Twilio was told: scheme, host, port if any, path prefix if any. Signatures cover it
/// @param flowEnded HTTP Basic as an alternative on `/webhooks/flow-ended`
@ConfigurationProperties("transcripts")
record SignatureProperties(
        @DefaultValue Map<String, Account> accounts,
        List<String> publicBaseUrls,
        @DefaultValue FlowEnded flowEnded) {

    SignatureProperties {
        accounts = Map.copyOf(accounts);
        publicBaseUrls = publicBaseUrls == null ? List.of() : List.copyOf(publicBaseUrls);
    }

    /// @param sid `AC…`
    /// @param authTokens the primary token first; during a rotation the secondary as well
    record Account(@Nullable String sid, @DefaultValue List<String> authTokens) {
        @Override
        public String toString() {
            return "Account[" + sid + "]"; // tokens are secret
        }
    }

    /// @param username unset: signatures only
    record FlowEnded(@Nullable String username, @Nullable String password) {
        @Override
        public String toString() {
            return "FlowEnded[]"; // both are secret
        }
    }
}

package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to a text to one of our numbers that belongs to no conversation yet.
///
/// @param sid IG…
/// @param type `sms`, `whatsapp`, …
public record AddressConfiguration(
        String sid,
        String type,
        String address,
        @Nullable String friendlyName,
        AutoCreation autoCreation,
        Instant dateCreated,
        Instant dateUpdated) {

    /// @param type `webhook`, `studio` or `default`
    /// @param serviceSid IS…; null: the default service
    public record AutoCreation(
            boolean isEnabled,
            String type,
            @Nullable String serviceSid,
            @Nullable String webhookUrl,
            @Nullable String webhookMethod,
            List<String> webhookFilters,
            @Nullable String studioFlowSid,
            @Nullable Integer studioRetryCount) {

        public AutoCreation {
            webhookFilters = List.copyOf(webhookFilters);
        }

        public static AutoCreation ofStudio(String flowSid) {
            return new AutoCreation(true, "studio", null, null, null, List.of(), flowSid, null);
        }
    }

    @Override
    public String toString() {
        return "AddressConfiguration[" + sid + "]";
    }
}

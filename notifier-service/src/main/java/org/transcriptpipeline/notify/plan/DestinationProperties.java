package org.transcriptpipeline.notify.plan;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param emailTo mail addresses, each of which gets a mail of its own; empty: nobody does
/// @param expiresAfter a transcript that was ready longer ago is kept for a person to release: it comes from a
///     replay into an empty store, or the notifier was away for so long that a mail would surprise
@ConfigurationProperties("transcripts.handoff")
record DestinationProperties(
        @DefaultValue List<String> emailTo,
        @DefaultValue("24h") Duration expiresAfter) {

    DestinationProperties {
        emailTo = List.copyOf(new LinkedHashSet<>(
                emailTo.stream().map(String::strip).filter(a -> !a.isEmpty()).toList()));
    }

    /// Shows no address.
    @Override
    public String toString() {
        return "DestinationProperties[" + emailTo.size() + " recipients]";
    }
}

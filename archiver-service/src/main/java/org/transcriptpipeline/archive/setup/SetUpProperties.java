package org.transcriptpipeline.archive.setup;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where ingest is, to be shown and to be asked. No address ends with a slash.
///
/// @param publicBaseUrls `PUBLIC_BASE_URL`: what Twilio is told; empty: this service is not told
/// @param ingestManagementUrls `INGEST_MANAGEMENT_URLS`: the management port of each instance; empty: nobody is asked
@ConfigurationProperties("transcripts")
public record SetUpProperties(
        @DefaultValue List<String> publicBaseUrls,
        @DefaultValue List<String> ingestManagementUrls) {

    public SetUpProperties {
        publicBaseUrls = trimmed(publicBaseUrls);
        ingestManagementUrls = trimmed(ingestManagementUrls);
    }

    private static List<String> trimmed(List<String> urls) {
        return urls.stream()
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .map(url -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url)
                .toList();
    }
}

package org.transcriptpipeline.cli.provision;

import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.signature.BaseUrl;

/// What should be set at Twilio.
///
/// @param address where the pipeline is
/// @param serviceSid the Conversations service, `IS…`; null for the account's default one
/// @param messagingServiceSid `MG…`; null for the account's default one, or one of ours
/// @param number an address of ours, `+1…` or `whatsapp:+1…`; null leaves numbers alone
/// @param flowSid the flow of new conversations, `FW…`; null for none, or the sample
/// @param isSampleWanted whether the sample flow is made, and used where no other is named
/// @param isAttachedByIngest whether ingest attaches the flow, and not Twilio
/// @param inactiveTimer ISO 8601 duration; null leaves it alone
/// @param closedTimer likewise
/// @param isStreamWanted whether events come by Event Streams as well
record Wish(
        BaseUrl address,
        @Nullable String serviceSid,
        @Nullable String messagingServiceSid,
        @Nullable String number,
        @Nullable String flowSid,
        boolean isSampleWanted,
        boolean isAttachedByIngest,
        @Nullable String inactiveTimer,
        @Nullable String closedTimer,
        boolean isStreamWanted) {

    /// Our name for what we make, by which it is found again.
    static final String NAME = "Transcript pipeline";

    String url(String endpoint) {
        var credentials = address.credentials();
        var shown = address.toString();
        return (credentials == null
                        ? shown
                        : shown.replaceFirst("://", "://" + Matcher.quoteReplacement(credentials + "@")))
                + "/webhooks/" + endpoint;
    }

    @Override
    public String toString() {
        return "Wish[]"; // the address may hold a password
    }
}

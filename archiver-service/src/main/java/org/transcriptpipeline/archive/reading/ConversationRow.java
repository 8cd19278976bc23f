package org.transcriptpipeline.archive.reading;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One conversation, in the words of the view `conversations`, whose comments say what each of these is.
///
/// @param activeAt by which conversations are ordered: its last message, or when we first heard of it
public record ConversationRow(
        String conversationSid,
        String accountSid,
        @Nullable String serviceSid,
        @Nullable String messagingServiceSid,
        @Nullable String uniqueName,
        @Nullable String friendlyName,
        @Nullable String attributes,
        @Nullable String state,
        @Nullable String customerAddress,
        List<String> customerAddresses,
        @Nullable String ourAddress,
        String channel,
        @Nullable Instant startedAt,
        @Nullable Instant lastMessageAt,
        Instant activeAt,
        @Nullable Instant closedAt,
        int messageCount,
        int inboundCount,
        int outboundCount,
        int failedCount,
        @Nullable BigDecimal firstResponseSeconds,
        @Nullable Long highestIndex,
        int missingCount,
        int repairedCount,
        int silentCount,
        String verdict,
        String verdictReason,
        @Nullable Long verifiedThroughIndex,
        @Nullable Instant verifiedAt,
        @Nullable Instant removedAt) {

    public ConversationRow {
        customerAddresses = List.copyOf(customerAddresses);
    }

    ConversationCursor cursor() {
        return new ConversationCursor(activeAt, conversationSid);
    }

    @Override
    public String toString() {
        return "ConversationRow[" + conversationSid + "]"; // the rest is somebody's
    }
}

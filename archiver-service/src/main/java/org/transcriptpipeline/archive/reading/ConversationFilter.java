package org.transcriptpipeline.archive.reading;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which conversations are wanted. Null and false: whichever.
///
/// @param state as in the view `conversations`
/// @param verdict one of [#VERDICTS]
/// @param channel one of [#CHANNELS]
/// @param flowSid that an execution of this flow belongs to
/// @param ourAddress our number or sender, spelt as in the view
/// @param isFailed with a message that did not arrive
/// @param isHandedOver with a handoff
/// @param since of the last activity, this moment included
/// @param until of the last activity, this moment excluded
/// @param customer a customer's address, spelt as in the view `participants`
/// @param text words of its messages, see `transcripts.search`
public record ConversationFilter(
        @Nullable String state,
        @Nullable String verdict,
        @Nullable String channel,
        @Nullable String flowSid,
        @Nullable String ourAddress,
        boolean isFailed,
        boolean isHandedOver,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String customer,
        @Nullable String text) {

    public static final List<String> STATES = List.of("active", "inactive", "closed");
    public static final List<String> VERDICTS = List.of("complete", "reconciling", "gap", "unverified");
    public static final List<String> CHANNELS =
            List.of("sms", "mms", "group_mms", "whatsapp", "messenger", "rcs", "chat", "email", "other");

    /// Everything.
    public static final ConversationFilter NONE =
            new ConversationFilter(null, null, null, null, null, false, false, null, null, null, null);

    @Override
    public String toString() {
        return "ConversationFilter"; // somebody's number, somebody's words
    }
}

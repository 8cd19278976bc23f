package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A transcript may be handed over. It holds no text: the snapshot that it points to does.
///
/// @param handoffId the handoff; with `handoffVersion` the key of everything that goes out
/// @param handoffVersion 1 for the first transcript, higher for follow-ups and resends
/// @param trigger `flow_ended`, `execution_ended`, `closed`, `inactive` or `on_demand`
/// @param reason why the flow ended, in the flow author's words
/// @param verdict `complete`, `reconciling`, `gap` or `unverified`
/// @param contentSha256 hash of the snapshot, lower-case hexadecimal
/// @param kind `transcript` (the first), `follow_up` (what came later), `reminder` (nobody took it over) or `resend`
/// @param followsVersion the version that it adds to, reminds of or repeats; null: none
/// @param newMessages of a follow-up: messages that the version before did not have
/// @param newFailures of a follow-up: messages that failed since
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TranscriptReady(
        String handoffId,
        int handoffVersion,
        String accountSid,
        String conversationSid,
        @Nullable String executionSid,
        @Nullable String flowSid,
        String trigger,
        @Nullable String reason,
        String verdict,
        @Nullable String verdictReason,
        int messageCount,
        int failedCount,
        int missingCount,
        String contentSha256,
        Instant requestedAt,
        Instant readyAt,
        String kind,
        @Nullable Integer followsVersion,
        int newMessages,
        int newFailures) {

    static final String TYPE = "transcript.ready";

    public static final String TRANSCRIPT = "transcript";
    public static final String FOLLOW_UP = "follow_up";
    public static final String REMINDER = "reminder";
    public static final String RESEND = "resend";

    public TranscriptReady {
        requireNonNull(handoffId, "handoffId");
        if (handoffVersion < 1) { // missing in the JSON: half a key, under which something else may have gone out
            throw new IllegalArgumentException("handoffVersion");
        }
        requireNonNull(accountSid, "accountSid");
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(trigger, "trigger");
        requireNonNull(verdict, "verdict");
        requireNonNull(contentSha256, "contentSha256");
        requireNonNull(requestedAt, "requestedAt");
        requireNonNull(readyAt, "readyAt");
        kind = kind == null ? TRANSCRIPT : kind; // records of the first days do not say
    }

    @JsonProperty("type")
    public String type() {
        return TYPE;
    }

    @JsonProperty("version")
    public int version() {
        return EventCodec.VERSION;
    }

    /// Names the handoff; the reason may be somebody's words.
    @Override
    public String toString() {
        return "TranscriptReady[" + handoffId + ":" + handoffVersion + "]";
    }
}

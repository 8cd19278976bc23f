package org.transcriptpipeline.snapshot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.TranscriptReady;

/// A conversation as it stood when it was handed over, or asked for. Null: nobody said.
///
/// @param format version of this document; readers ignore fields that they do not know
/// @param handoffId the conversation's SID where nothing was handed over
/// @param version 0 where nothing was handed over
/// @param trigger `flow_ended`, `execution_ended`, `closed`, `inactive` or `on_demand`
/// @param reason why the flow ended, in the flow author's words
/// @param note a line for the operator
/// @param answers what the flow collected: text, lists of text, or any JSON
/// @param messages in order; where there are too many, the first and the last of them
/// @param omittedMessages how many were left out between `messages[omittedAfter - 1]` and the one behind it
/// @param omittedAfter how many of `messages` stand before the gap; 0 without one
/// @param kind `transcript` (the first), `follow_up`, `reminder` or `resend`; else [#CONVERSATION]
/// @param followsVersion of the version that it adds to, reminds of or repeats; null: of none
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TranscriptSnapshot(
        int format,
        String handoffId,
        int version,
        String accountSid,
        String conversationSid,
        @Nullable String executionSid,
        @Nullable String flowSid,
        String trigger,
        @Nullable String reason,
        @Nullable String note,
        Map<String, Object> answers,
        Instant requestedAt,
        Instant takenAt,
        Conversation conversation,
        Verdict verdict,
        int messageCount,
        int failedCount,
        int missingCount,
        List<Participant> participants,
        List<Message> messages,
        int omittedMessages,
        int omittedAfter,
        String kind,
        @Nullable Integer followsVersion) {

    public static final int FORMAT = 1;

    /// The kind of what somebody asked for, and nobody was told of.
    public static final String CONVERSATION = "conversation";

    public TranscriptSnapshot {
        requireNonNull(handoffId, "handoffId");
        requireNonNull(accountSid, "accountSid");
        requireNonNull(conversationSid, "conversationSid");
        requireNonNull(trigger, "trigger");
        requireNonNull(requestedAt, "requestedAt");
        requireNonNull(takenAt, "takenAt");
        requireNonNull(conversation, "conversation");
        requireNonNull(verdict, "verdict");
        answers = answers == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(answers));
        participants = participants == null ? List.of() : List.copyOf(participants);
        messages = messages == null ? List.of() : List.copyOf(messages);
        kind = kind == null ? TranscriptReady.TRANSCRIPT : kind; // documents of the first days do not say
    }

    /// Names the handoff; everything else is somebody's words.
    @Override
    public String toString() {
        return "TranscriptSnapshot[" + handoffId + ":" + version + "]";
    }

    /// @param state `active`, `inactive`, `closed`, …
    /// @param channel `sms`, `whatsapp`, …, see the view `conversations`
    /// @param removedAt when it was deleted at Twilio
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Conversation(
            @Nullable String friendlyName,
            @Nullable String uniqueName,
            @Nullable String state,
            String channel,
            List<String> customerAddresses,
            @Nullable String ourAddress,
            @Nullable Instant startedAt,
            @Nullable Instant closedAt,
            @Nullable Instant removedAt) {

        public Conversation {
            requireNonNull(channel, "channel");
            customerAddresses = customerAddresses == null ? List.of() : List.copyOf(customerAddresses);
        }

        @Override
        public String toString() {
            return "Conversation[" + channel + "]";
        }
    }

    /// @param verdict `complete`, `reconciling`, `gap` or `unverified`
    public record Verdict(String verdict, @Nullable String reason) {
        public Verdict {
            requireNonNull(verdict, "verdict");
        }
    }

    /// @param name of the user behind the identity, as the service knows it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Participant(
            String participantSid,
            @Nullable String identity,
            @Nullable String address,
            String channel,
            @Nullable Instant leftAt,
            @Nullable String name) {

        public Participant {
            requireNonNull(participantSid, "participantSid");
            requireNonNull(channel, "channel");
        }

        @Override
        public String toString() {
            return "Participant[" + participantSid + "]";
        }
    }

    /// @param position 1, 2, 3, … in the whole transcript, without holes
    /// @param index Twilio's; null for a message known only from a receipt
    /// @param authorKind `customer`, `agent`, `flow` or `system`
    /// @param direction `inbound` or `outbound`
    /// @param body null where it was removed or is not known
    /// @param deliveryError the error in plain words
    /// @param deliveryAdvice what to do about it
    /// @param contradictory a failure and a delivery were both reported
    /// @param stub known only from a delivery receipt
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Message(
            long position,
            String messageSid,
            @Nullable Long index,
            @Nullable String author,
            String authorKind,
            String direction,
            @Nullable String body,
            @Nullable Instant sentAt,
            @Nullable Instant editedAt,
            @Nullable Instant removedAt,
            List<Media> media,
            @Nullable String deliveryStatus,
            @Nullable Integer deliveryErrorCode,
            @Nullable String deliveryError,
            @Nullable String deliveryAdvice,
            boolean contradictory,
            boolean stub) {

        public Message {
            requireNonNull(messageSid, "messageSid");
            requireNonNull(authorKind, "authorKind");
            requireNonNull(direction, "direction");
            media = media == null ? List.of() : List.copyOf(media);
        }

        @Override
        public String toString() {
            return "Message[" + messageSid + "]";
        }
    }

    /// @param sha256 of the stored bytes, lower-case hexadecimal: their name in the media directory; null: not stored
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Media(
            @Nullable String mediaSid,
            @Nullable String contentType,
            @Nullable String filename,
            @Nullable Long sizeBytes,
            @Nullable String sha256) {

        @Override
        public String toString() {
            return "Media[" + mediaSid + "]";
        }
    }
}

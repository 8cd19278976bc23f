package org.transcriptpipeline.archive.reading;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of a transcript, in the words of the view `messages`, with what became of it.
///
/// @param position in the transcript, from 1, without holes
/// @param missingBefore messages that must exist between the one before and this, and are not here
/// @param deliveries one for each recipient; none for a message without receipts
public record TranscriptMessage(
        long position,
        String messageSid,
        @Nullable Long index,
        @Nullable String author,
        String authorKind,
        String direction,
        @Nullable String body,
        @Nullable Instant sentAt,
        Instant receivedAt,
        @Nullable Instant editedAt,
        @Nullable Instant removedAt,
        @Nullable String deliveryStatus,
        @Nullable Integer deliveryErrorCode,
        @Nullable String deliveryError,
        boolean isContradictory,
        boolean isStub,
        List<String> sources,
        long missingBefore,
        List<Delivery> deliveries,
        List<Media> media) {

    public TranscriptMessage {
        sources = List.copyOf(sources);
        deliveries = List.copyOf(deliveries);
        media = List.copyOf(media);
    }

    /// Whether no event told of it: it was found by asking Twilio.
    public boolean isFoundByAsking() {
        return sources.equals(List.of("rest"));
    }

    @Override
    public String toString() {
        return "TranscriptMessage[" + messageSid + "]"; // the rest is somebody's
    }

    /// What became of it for one recipient, see the view `deliveries`.
    ///
    /// @param states as they were seen, the first one first
    public record Delivery(
            String channelMessageSid,
            @Nullable String toAddress,
            @Nullable String status,
            @Nullable Integer errorCode,
            @Nullable String errorText,
            @Nullable String errorAdvice,
            List<State> states) {

        public Delivery {
            states = List.copyOf(states);
        }

        @Override
        public String toString() {
            return "Delivery[" + channelMessageSid + "]"; // somebody's number
        }
    }

    /// @param at Twilio's time, or where it told none, when we heard of it
    public record State(String status, @Nullable Integer errorCode, Instant at, boolean isTwiliosTime) {}

    /// An attachment, see the view `media`.
    public record Media(
            String mediaSid,
            @Nullable String contentType,
            @Nullable Long sizeBytes,
            @Nullable String filename,
            boolean isArchived) {
        @Override
        public String toString() {
            return "Media[" + mediaSid + "]"; // a file name is somebody's words
        }
    }
}

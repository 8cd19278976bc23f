package org.transcriptpipeline.archive.reading;

import java.util.List;

/// A part of a transcript: messages one after another, in order.
///
/// @param hasEarlier messages before these
/// @param hasLater messages behind these
public record TranscriptWindow(List<TranscriptMessage> messages, boolean hasEarlier, boolean hasLater) {

    static final TranscriptWindow EMPTY = new TranscriptWindow(List.of(), false, false);

    public TranscriptWindow {
        messages = List.copyOf(messages);
    }

    /// Of the first message; 0: there is none.
    public long first() {
        return messages.isEmpty() ? 0 : messages.getFirst().position();
    }

    /// Of the last message; 0: there is none.
    public long last() {
        return messages.isEmpty() ? 0 : messages.getLast().position();
    }
}

package org.transcriptpipeline.archive.transcript;

import java.time.Instant;
import java.util.List;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// A conversation as it stands: what every [TranscriptSnapshot] of it holds, whatever it is made for.
///
/// @param lastActiveAt when last something happened in it
/// @param messages in order; where there are too many, the first and the last of them
/// @param omittedMessages how many were left out between `messages[omittedAfter - 1]` and the one behind it
/// @param coverage of all messages, those left out too
public record TranscriptContents(
        String accountSid,
        TranscriptSnapshot.Conversation conversation,
        TranscriptSnapshot.Verdict verdict,
        int messageCount,
        int failedCount,
        int missingCount,
        Instant lastActiveAt,
        List<TranscriptSnapshot.Participant> participants,
        List<TranscriptSnapshot.Message> messages,
        int omittedMessages,
        int omittedAfter,
        Coverage coverage) {

    public TranscriptContents {
        participants = List.copyOf(participants);
        messages = List.copyOf(messages);
    }

    @Override
    public String toString() {
        return "TranscriptContents"; // somebody's words
    }
}

package org.transcriptpipeline.ingest.webhook;

import java.util.List;
import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.intake.Publication;
import org.transcriptpipeline.ingest.signature.Proof;

/// What became of a request that was read whole. All but those to Event Streams hold one event.
sealed interface Handled {

    /// It is durable.
    record Kept(List<TranscriptEvent> events) implements Handled {}

    /// It was proved, and nothing could hold all of it.
    record NotKept(List<TranscriptEvent> events, Publication.Reason reason) implements Handled {}

    /// Nobody knows whether it is Twilio's.
    record Unproved(Proof.Reason reason, boolean mayAskForPassword) implements Handled {}

    /// It was proved, and is of a type that means nothing here.
    record WrongType() implements Handled {}

    /// It showed the password, and names none of several accounts.
    record AccountMissing() implements Handled {}

    /// It showed the password, and names no conversation.
    record ConversationMissing() implements Handled {}
}

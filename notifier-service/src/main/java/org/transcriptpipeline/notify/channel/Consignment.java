package org.transcriptpipeline.notify.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.rules.Destination;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import org.transcriptpipeline.transcript.Links;

/// What is to be sent, and all that is known about how.
///
/// @param destination as the rules have it now; null: they have it no more
/// @param content the snapshot as the archiver wrote it: JSON, with the hash that was announced
/// @param previous of a follow-up what was sent before; null: the whole is told
/// @param references Message-IDs of the mails that this recipient got of this handoff before, the first one first
public record Consignment(
        Delivery delivery,
        @Nullable Destination destination,
        TranscriptSnapshot snapshot,
        String content,
        @Nullable TranscriptSnapshot previous,
        Presentation presentation,
        Links links,
        List<String> references) {

    public Consignment {
        references = List.copyOf(references);
    }

    /// Shows no word of anybody.
    @Override
    public String toString() {
        return "Consignment[" + delivery.key().handoffId() + ":"
                + delivery.key().version() + "]";
    }
}

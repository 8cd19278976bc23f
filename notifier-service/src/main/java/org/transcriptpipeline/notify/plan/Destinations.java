package org.transcriptpipeline.notify.plan;

import java.util.List;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.notify.ledger.Destination;

/// Who hears of a transcript. One answer per recipient.
interface Destinations {

    List<Destination> of(TranscriptReady ready);
}

package org.transcriptpipeline.ingest.webhook;

import org.transcriptpipeline.event.TranscriptEvent;
import org.transcriptpipeline.ingest.request.ReceivedRequest;

/// What a proved request means.
interface EventDecoder {

    /// Never refuses: what is not understood is an [org.transcriptpipeline.event.Unknown].
    TranscriptEvent decode(ReceivedRequest request, String accountSid);
}

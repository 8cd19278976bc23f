package org.transcriptpipeline.event;

/// The topics, and which event goes where. The key is [TranscriptEvent#key()].
public final class Topics {

    /// Everything of a conversation, keyed by conversation SID.
    public static final String EVENTS = "transcripts.events";

    /// States of messages at their channel, which know only the message SID (SM, MM) and are keyed by it.
    public static final String DELIVERY_STATUSES = "transcripts.delivery-statuses";

    /// Transcripts that may be handed over ([TranscriptReady]), keyed by conversation SID.
    public static final String READY = "transcripts.ready";

    /// Requests that could not be verified, raw, keyed by account SID.
    public static final String QUARANTINE = "transcripts.quarantine";

    private Topics() {}

    /// The topic of an event.
    public static String of(TranscriptEvent event) {
        return event instanceof MessageStatusUpdated || event.source().kind() == SourceKind.STATUS_CALLBACK
                ? DELIVERY_STATUSES
                : EVENTS;
    }
}

package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The door through which an event came in. The rank orders two observations of the same second: what Twilio's REST
/// API says about a resource outranks what a webhook said (`design.md`, a register's version).
public enum SourceKind {
    /// A Conversations (classic) webhook.
    @JsonProperty("webhook")
    WEBHOOK(1),
    /// A Programmable Messaging status callback.
    @JsonProperty("status_callback")
    STATUS_CALLBACK(1),
    /// A flow's own call at its end, by an HTTP Request or Run Function widget.
    @JsonProperty("flow_ended")
    FLOW_ENDED(1),
    /// An Event Streams sink.
    @JsonProperty("event_stream")
    EVENT_STREAM(2),
    /// Twilio's REST API, asked by the reconciler.
    @JsonProperty("rest")
    REST(3),
    /// Our own intake, about itself. It never speaks of a conversation.
    @JsonProperty("intake")
    INTAKE(0),
    /// Our own API, by a person's word. It asks for something and says nothing of a conversation.
    @JsonProperty("api")
    API(0);

    private final int rank;

    SourceKind(int rank) {
        this.rank = rank;
    }

    public int rank() {
        return rank;
    }

    /// The name on the wire and in the `sources` column.
    public String wireName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

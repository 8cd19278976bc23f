package org.transcriptpipeline.ingest.request;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.SourceKind;

/// The doors of the service.
public enum Endpoint {
    CONVERSATIONS("conversations", SourceKind.WEBHOOK, Takes.FORM),
    MESSAGE_STATUS("message-status", SourceKind.STATUS_CALLBACK, Takes.FORM),
    FLOW_ENDED("flow-ended", SourceKind.FLOW_ENDED, Takes.FORM_OR_JSON),
    EVENT_STREAMS("event-streams", SourceKind.EVENT_STREAM, Takes.JSON);

    private enum Takes {
        FORM,
        FORM_OR_JSON,
        JSON
    }

    private final String path;
    private final String route;
    private final SourceKind kind;
    private final Takes takes;

    Endpoint(String path, SourceKind kind, Takes takes) {
        this.path = path;
        this.route = "POST /webhooks/" + path;
        this.kind = kind;
        this.takes = takes;
    }

    /// The last segment of the path, also the name in metrics and logs.
    public String path() {
        return path;
    }

    /// Its name in traces.
    public String route() {
        return route;
    }

    public SourceKind kind() {
        return kind;
    }

    /// Whether a JSON body means something here.
    public boolean takesJson() {
        return takes != Takes.FORM;
    }

    /// Whether a form means something here. Where it does not, a body is JSON whatever its type says: which type
    /// Event Streams gives is not documented.
    public boolean takesForm() {
        return takes != Takes.JSON;
    }

    /// @param pathInfo what follows `/webhooks`; one slash at the end is accepted
    public static @Nullable Endpoint of(@Nullable String pathInfo) {
        if (pathInfo == null) {
            return null;
        }
        for (var endpoint : values()) {
            if (pathInfo.equals("/" + endpoint.path) || pathInfo.equals("/" + endpoint.path + "/")) {
                return endpoint;
            }
        }
        return null;
    }
}

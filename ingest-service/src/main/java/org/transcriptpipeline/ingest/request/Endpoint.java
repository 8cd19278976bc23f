package org.transcriptpipeline.ingest.request;

import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.event.SourceKind;

/// The doors of the service.
public enum Endpoint {
    CONVERSATIONS("conversations", SourceKind.WEBHOOK, false),
    MESSAGE_STATUS("message-status", SourceKind.STATUS_CALLBACK, false),
    FLOW_ENDED("flow-ended", SourceKind.FLOW_ENDED, true);

    private final String path;
    private final SourceKind kind;
    private final boolean takesJson;

    Endpoint(String path, SourceKind kind, boolean takesJson) {
        this.path = path;
        this.kind = kind;
        this.takesJson = takesJson;
    }

    /// The last segment of the path, also the name in metrics and logs.
    public String path() {
        return path;
    }

    public SourceKind kind() {
        return kind;
    }

    /// Whether a JSON body means something here; a form always does.
    public boolean takesJson() {
        return takesJson;
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

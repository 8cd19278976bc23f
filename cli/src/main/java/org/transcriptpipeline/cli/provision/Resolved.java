package org.transcriptpipeline.cli.provision;

import org.jspecify.annotations.Nullable;

/// SIDs that earlier parts have found or made and later ones need. One run, one thread.
final class Resolved {

    private @Nullable String flowSid;
    private @Nullable String messagingServiceSid;

    @Nullable
    String flowSid() {
        return flowSid;
    }

    void flowIs(@Nullable String sid) {
        flowSid = sid;
    }

    @Nullable
    String messagingServiceSid() {
        return messagingServiceSid;
    }

    void messagingServiceIs(@Nullable String sid) {
        messagingServiceSid = sid;
    }
}

package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// A user of a service exists (`onUserAdded`). It belongs to no conversation.
public record UserAdded(String userSid, UserFields user, Source source) implements TranscriptEvent {

    public UserAdded {
        requireNonNull(userSid, "userSid");
        requireNonNull(source, "source");
        requireNonNull(user, "user");
    }

    @Override
    public String key() {
        return user.serviceSid() != null ? user.serviceSid() : userSid;
    }
}

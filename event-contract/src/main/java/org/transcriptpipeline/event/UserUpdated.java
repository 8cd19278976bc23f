package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// A user of a service changed (`onUserUpdated`). It belongs to no conversation.
public record UserUpdated(String userSid, UserFields user, Source source) implements TranscriptEvent {

    public UserUpdated {
        requireNonNull(userSid, "userSid");
        requireNonNull(source, "source");
        requireNonNull(user, "user");
    }

    @Override
    public String key() {
        return user.serviceSid() != null ? user.serviceSid() : userSid;
    }
}

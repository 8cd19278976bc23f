package org.transcriptpipeline.event;

import static java.util.Objects.requireNonNull;

/// `onUserUpdate`: a user of a service is about to be changed.
public record UserUpdate(String userSid, UserFields user, Source source) implements PreActionEvent {

    public UserUpdate {
        requireNonNull(userSid, "userSid");
        requireNonNull(user, "user");
        requireNonNull(source, "source");
    }

    @Override
    public String key() {
        return user.serviceSid() != null ? user.serviceSid() : userSid;
    }
}

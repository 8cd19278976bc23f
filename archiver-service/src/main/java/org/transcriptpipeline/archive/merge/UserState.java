package org.transcriptpipeline.archive.merge;

import static org.transcriptpipeline.archive.merge.Least.earlier;
import static org.transcriptpipeline.archive.merge.Least.union;

import java.time.Instant;
import java.util.SortedSet;

/// What is known of a user of a Conversations service.
public record UserState(
        String userSid,
        String accountSid,
        Registers<Field> registers,
        Instant firstReceivedAt,
        SortedSet<String> sources)
        implements Mergeable<UserState> {

    /// The registers. The order is part of what is stored: add at the end.
    public enum Field {
        SERVICE_SID,
        IDENTITY,
        FRIENDLY_NAME,
        ROLE_SID,
        ATTRIBUTES,
        IS_ONLINE,
        IS_NOTIFIABLE,
        CREATED_AT
    }

    @Override
    public String key() {
        return userSid;
    }

    @Override
    public UserState merge(UserState other) {
        return new UserState(
                userSid,
                earlier(accountSid, other.accountSid),
                registers.merge(other.registers),
                earlier(firstReceivedAt, other.firstReceivedAt),
                union(sources, other.sources));
    }
}

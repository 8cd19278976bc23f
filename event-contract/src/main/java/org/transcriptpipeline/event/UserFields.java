package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one observation says of a user of a Conversations service. Null: it did not say.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UserFields(
        @Nullable String serviceSid,
        @Nullable String identity,
        @Nullable String friendlyName,
        @Nullable String roleSid,
        @Nullable String attributes,
        @Nullable Boolean isOnline,
        @Nullable Boolean isNotifiable,
        @Nullable Instant dateCreated,
        @Nullable Instant dateUpdated) {

    public static final UserFields EMPTY = new UserFields(null, null, null, null, null, null, null, null, null);

    @Override
    public String toString() {
        return "UserFields[]";
    }
}

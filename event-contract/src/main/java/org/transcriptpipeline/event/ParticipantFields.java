package org.transcriptpipeline.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one observation says of a participant. An SMS or WhatsApp participant has addresses, a chat participant an
/// identity. Null: it did not say.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ParticipantFields(
        @Nullable String identity,
        @Nullable Binding binding,
        @Nullable String roleSid,
        @Nullable String attributes,
        @Nullable Long lastReadMessageIndex,
        @Nullable Instant dateCreated,
        @Nullable Instant dateUpdated,
        @Nullable String serviceSid) {

    public static final ParticipantFields EMPTY = new ParticipantFields(null, null, null, null, null, null, null, null);

    @Override
    public String toString() {
        return "ParticipantFields[]";
    }
}

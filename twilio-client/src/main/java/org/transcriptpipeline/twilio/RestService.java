package org.transcriptpipeline.twilio;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A Conversations service, `IS…`.
///
/// @param friendlyName the account's own name for it
public record RestService(
        @JsonProperty("sid") String sid,
        @JsonProperty("friendly_name") @Nullable String friendlyName,
        @JsonProperty("date_created") @Nullable Instant dateCreated,
        @JsonProperty("date_updated") @Nullable Instant dateUpdated) {

    public RestService {
        requireNonNull(sid, "sid");
    }

    @Override
    public String toString() {
        return "RestService[" + sid + "]";
    }
}

package org.transcriptpipeline.twilio.setup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// One type of event that a subscription has.
///
/// @param type `com.twilio.studio.flow.execution.ended`
/// @param schemaVersion null when asking: the newest
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SubscribedEvent(
        @JsonProperty("type") String type,
        @JsonProperty("schema_version") @Nullable Integer schemaVersion) {

    public SubscribedEvent {
        requireNonNull(type, "type");
    }
}

package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A Studio flow. It is kept, not interpreted: what it says is made to happen from outside.
///
/// @param sid FW…
/// @param definition its JSON, as text
/// @param revision counts up with each change, from 1
public record Flow(
        String sid,
        String friendlyName,
        boolean isPublished,
        String definition,
        @Nullable String commitMessage,
        int revision,
        Instant dateCreated,
        Instant dateUpdated) {}

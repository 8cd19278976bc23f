package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A webhook that could not be delivered, as Twilio's debugger has it.
///
/// @param sid NO…
/// @param errorCode 11200: the fetch failed by its answer, a timeout or the connection
/// @param resourceSid of what it would have told
/// @param status of the answer; null where none came
public record Alert(
        String sid,
        int errorCode,
        String requestUrl,
        String resourceSid,
        @Nullable Integer status,
        Instant dateGenerated) {}

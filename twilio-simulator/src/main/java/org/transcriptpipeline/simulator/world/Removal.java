package org.transcriptpipeline.simulator.world;

import java.time.Instant;

/// Something that was and is no more: a message, a participant or a whole conversation.
///
/// @param sid IM…, MB… or CH…
public record Removal(String sid, String conversationSid, Origin origin, Instant at) {}

package org.transcriptpipeline.simulator.world;

import java.time.Instant;

/// A conversation service.
///
/// @param sid IS…
public record ConversationService(String sid, String friendlyName, Instant dateCreated) {}

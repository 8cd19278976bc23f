package org.transcriptpipeline.archive.handoff;

/// Handoffs that settle from now on.
///
/// @param count of them
record HandoffsMade(int count) {}

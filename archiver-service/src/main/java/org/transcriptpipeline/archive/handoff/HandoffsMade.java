package org.transcriptpipeline.archive.handoff;

/// Handoffs that settle from now on.
record HandoffsMade() {}

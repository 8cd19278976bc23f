package org.transcriptpipeline.archive.handoff;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one handoff settles.
///
/// @param rule the name of the rule that says so; null: none fits, and the settings do
record Plan(@Nullable String rule, Duration quietWindow, Duration deadline, boolean waitsForDelivery) {}

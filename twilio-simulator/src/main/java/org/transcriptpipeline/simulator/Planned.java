package org.transcriptpipeline.simulator;

import java.time.Duration;

/// A request of a scenario and how it is sent.
record Planned(Webhook webhook, Duration delay, boolean forge) {}

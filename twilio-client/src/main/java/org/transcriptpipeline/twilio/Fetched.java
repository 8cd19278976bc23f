package org.transcriptpipeline.twilio;

import java.time.Instant;

/// One resource as it was when Twilio answered.
///
/// @param answeredAt Twilio's clock (header `Date`, whole seconds); our clock where it is missing
public record Fetched<T>(T value, Instant answeredAt) {}

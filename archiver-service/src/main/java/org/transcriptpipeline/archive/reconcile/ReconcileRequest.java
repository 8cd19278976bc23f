package org.transcriptpipeline.archive.reconcile;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A conversation whose list has to be read.
///
/// @param serviceSid where it is known; null: as the conversation's row says
/// @param orderAt the oldest of these comes first among requests of the same urgency; null: now
/// @param notBefore a listing that began earlier, by the database's clock, does not answer this; null: now
public record ReconcileRequest(
        String conversationSid,
        String accountSid,
        @Nullable String serviceSid,
        @Nullable Instant orderAt,
        @Nullable Instant notBefore) {}

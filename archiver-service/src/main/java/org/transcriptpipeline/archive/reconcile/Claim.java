package org.transcriptpipeline.archive.reconcile;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A request that this archiver works on.
///
/// @param isWhole whether every message is compared, or only those above what is verified
/// @param verifiedThrough the index through which the last finding holds; null: there is none, so all is compared
/// @param verifiedHoles the holes of that finding, a multirange of Postgres
/// @param claimedAt the database's clock: the listing began no earlier
record Claim(
        String conversationSid,
        String accountSid,
        @Nullable String serviceSid,
        boolean isWhole,
        int attempts,
        @Nullable Long verifiedThrough,
        @Nullable String verifiedHoles,
        Instant claimedAt) {}

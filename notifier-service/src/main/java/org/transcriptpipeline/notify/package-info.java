/// Transcripts that are ready in, handoff mails out. A record comes in at `plan`, becomes a row and a durable job,
/// which `delivery` runs: `transcript` renders it, `mail` hands it over, `ledger` remembers what came of it.
@NullMarked
package org.transcriptpipeline.notify;

import org.jspecify.annotations.NullMarked;

/// Webhooks in, events out. A request comes in at `webhook`, is read once into what `request` describes, proved by
/// `signature`, and made durable by `intake`.
@NullMarked
package org.transcriptpipeline.ingest;

import org.jspecify.annotations.NullMarked;

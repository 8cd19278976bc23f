/// What whoever sets the pipeline up wants to see: what came in last, what was refused, and what `bin/transcripts
/// verify` found. See `docs/adr/041-the-set-up-page.md`.
@NullMarked
package org.transcriptpipeline.archive.setup;

import org.jspecify.annotations.NullMarked;

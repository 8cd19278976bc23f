/// Triggers, settling, snapshots, and the word that a transcript is ready.
@NullMarked
package org.transcriptpipeline.archive.handoff;

import org.jspecify.annotations.NullMarked;

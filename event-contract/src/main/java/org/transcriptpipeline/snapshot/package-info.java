/// The immutable document that a handoff is rendered from. It goes from the archiver to the notifier through the
/// table `store.handoff_snapshots`, and stays there as proof of what was handed over.
@NullMarked
package org.transcriptpipeline.snapshot;

import org.jspecify.annotations.NullMarked;

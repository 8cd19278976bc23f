/// Tells open pages that something has changed, on whichever archiver they and the change are. What has changed they
/// ask for themselves. See `docs/adr/039-live-pages.md`.
@NullMarked
package org.transcriptpipeline.archive.live;

import org.jspecify.annotations.NullMarked;

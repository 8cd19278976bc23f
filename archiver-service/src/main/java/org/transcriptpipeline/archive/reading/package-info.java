/// What console and API show: read from the public views, as an analyst would, within what a reader's team may see. No
/// SQL of theirs stands anywhere else. See `docs/adr/038-the-console-reads-the-public-views.md`.
@NullMarked
package org.transcriptpipeline.archive.reading;

import org.jspecify.annotations.NullMarked;

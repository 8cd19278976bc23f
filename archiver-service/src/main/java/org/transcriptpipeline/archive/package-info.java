/// Events in, rows out, transcripts ready.
@NullMarked
package org.transcriptpipeline.archive;

import org.jspecify.annotations.NullMarked;

/// A conversation read into the document that transcripts are rendered from, by a handoff or for who asks.
@NullMarked
package org.transcriptpipeline.archive.transcript;

import org.jspecify.annotations.NullMarked;

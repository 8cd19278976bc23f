/// `transcripts quarantine` and `transcripts replay`: what was set aside, and what becomes of it.
@NullMarked
package org.transcriptpipeline.cli.quarantine;

import org.jspecify.annotations.NullMarked;

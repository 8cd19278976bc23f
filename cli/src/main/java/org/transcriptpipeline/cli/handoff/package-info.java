/// Hands a conversation over, sends a handoff again, stops a flow: what the archiver's API does, asked from a
/// terminal.
@NullMarked
package org.transcriptpipeline.cli.handoff;

import org.jspecify.annotations.NullMarked;

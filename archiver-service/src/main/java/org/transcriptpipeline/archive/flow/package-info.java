/// Executions of flows: whose conversation they are, and the ends that nobody told.
@NullMarked
package org.transcriptpipeline.archive.flow;

import org.jspecify.annotations.NullMarked;

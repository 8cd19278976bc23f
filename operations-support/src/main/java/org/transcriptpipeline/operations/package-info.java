/// What every service tells those who run it, and how it goes down: traces, health as a metric, draining.
@NullMarked
package org.transcriptpipeline.operations;

import org.jspecify.annotations.NullMarked;

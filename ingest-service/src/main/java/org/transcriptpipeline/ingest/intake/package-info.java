/// From an event to a promise: done means durable.
@NullMarked
package org.transcriptpipeline.ingest.intake;

import org.jspecify.annotations.NullMarked;

/// The whole pipeline in one process, on a Kafka and a Postgres of its own. Start reading in
/// [org.transcriptpipeline.standalone.Standalone].
@NullMarked
package org.transcriptpipeline.standalone;

import org.jspecify.annotations.NullMarked;

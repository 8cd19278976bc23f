/// How every service reads and writes an event: topics, records, retry, isolation, and the position kept in the
/// database.
@NullMarked
package org.transcriptpipeline.kafka;

import org.jspecify.annotations.NullMarked;

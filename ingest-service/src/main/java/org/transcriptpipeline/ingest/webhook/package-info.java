/// Where a request comes in, what it means, and how it is answered.
@NullMarked
package org.transcriptpipeline.ingest.webhook;

import org.jspecify.annotations.NullMarked;

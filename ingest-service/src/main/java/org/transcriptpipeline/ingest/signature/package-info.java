/// Did Twilio send this? And what becomes of a request that claims so and cannot prove it.
@NullMarked
package org.transcriptpipeline.ingest.signature;

import org.jspecify.annotations.NullMarked;

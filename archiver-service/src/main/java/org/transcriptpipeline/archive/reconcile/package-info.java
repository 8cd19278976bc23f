/// What Twilio has and we have not: reads Twilio's lists, publishes what is new or different, and says what it found.
@NullMarked
package org.transcriptpipeline.archive.reconcile;

import org.jspecify.annotations.NullMarked;

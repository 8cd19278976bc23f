/// What Twilio's own lists say.
@NullMarked
package org.transcriptpipeline.archive.reconcile;

import org.jspecify.annotations.NullMarked;

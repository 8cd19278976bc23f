/// How Twilio's JSON becomes our records.
@NullMarked
package org.transcriptpipeline.twilio.json;

import org.jspecify.annotations.NullMarked;

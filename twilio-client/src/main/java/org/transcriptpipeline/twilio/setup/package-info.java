/// The settings of an account, named after Twilio's resources; [org.transcriptpipeline.twilio.TwilioSetup] reads and
/// changes them.
@NullMarked
package org.transcriptpipeline.twilio.setup;

import org.jspecify.annotations.NullMarked;

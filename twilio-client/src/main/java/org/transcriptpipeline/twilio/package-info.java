/// What we ask of Twilio, in our terms. Start reading at [org.transcriptpipeline.twilio.TwilioClient].
///
/// Facts about Twilio come from its OpenAPI descriptions (twilio-oai, Conversations v1, Studio v2, API 2010-04-01) and
/// its documentation as of November 2026.
@NullMarked
package org.transcriptpipeline.twilio;

import org.jspecify.annotations.NullMarked;

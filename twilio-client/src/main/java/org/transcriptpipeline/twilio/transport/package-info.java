/// One HTTP request to Twilio, by way of the SDK. Nothing outside this package sees the SDK.
@NullMarked
package org.transcriptpipeline.twilio.transport;

import org.jspecify.annotations.NullMarked;

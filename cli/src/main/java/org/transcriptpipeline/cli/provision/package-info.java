/// `transcripts provision` and `verify`: what should be set at Twilio, what is set, and what it takes to get there.
@NullMarked
package org.transcriptpipeline.cli.provision;

import org.jspecify.annotations.NullMarked;

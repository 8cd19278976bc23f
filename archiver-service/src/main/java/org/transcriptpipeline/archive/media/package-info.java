/// Fetches the attachments of messages from Twilio, once, and keeps them by their hash.
@NullMarked
package org.transcriptpipeline.archive.media;

import org.jspecify.annotations.NullMarked;

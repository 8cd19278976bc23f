/// What crosses Kafka, in our terms. Start reading at [org.transcriptpipeline.event.TranscriptEvent].
///
/// Rules for changing an event:
///
/// - A field may be added when its absence keeps the old meaning. Readers ignore fields that they do not know.
/// - A field is never renamed, never given another meaning, never removed within a major
///   [version][EventCodec#VERSION].
/// - `null` (or a missing field) means that the source did not say; an empty string is a value that it did say.
/// - Whatever Twilio sent stays readable in [Source#body], so a field that was misread can be read again.
@NullMarked
package org.transcriptpipeline.event;

import org.jspecify.annotations.NullMarked;

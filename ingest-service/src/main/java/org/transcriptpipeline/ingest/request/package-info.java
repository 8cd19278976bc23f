/// What was received: the bytes, read once, and what a form in them says. Nothing in here decides anything.
@NullMarked
package org.transcriptpipeline.ingest.request;

import org.jspecify.annotations.NullMarked;

/// A snapshot, rendered for a person: one document of plain words, written as text, HTML or PDF, and its messages as
/// CSV or JSON. The same in a mail and in an answer of the API. Knows no Spring.
@NullMarked
package org.transcriptpipeline.transcript;

import org.jspecify.annotations.NullMarked;

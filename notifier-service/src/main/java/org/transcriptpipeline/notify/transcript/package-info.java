/// A snapshot, rendered for a person: one document of plain words, written as text and as HTML. Knows no Spring.
@NullMarked
package org.transcriptpipeline.notify.transcript;

import org.jspecify.annotations.NullMarked;

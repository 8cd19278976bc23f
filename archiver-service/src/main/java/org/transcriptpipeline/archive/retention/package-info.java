/// What is erased, held and aged: the filter that every batch passes, retention, and files that no row names any more.
@NullMarked
package org.transcriptpipeline.archive.retention;

import org.jspecify.annotations.NullMarked;

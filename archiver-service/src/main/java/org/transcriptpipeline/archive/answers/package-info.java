/// Keeps the counts by day and hour up to date, behind the merge.
@NullMarked
package org.transcriptpipeline.archive.answers;

import org.jspecify.annotations.NullMarked;

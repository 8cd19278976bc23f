/// Makes the texts of messages searchable, behind the merge.
@NullMarked
package org.transcriptpipeline.archive.search;

import org.jspecify.annotations.NullMarked;

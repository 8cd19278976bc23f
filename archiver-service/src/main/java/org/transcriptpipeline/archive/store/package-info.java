/// The SQL. An event seen twice is one row.
@NullMarked
package org.transcriptpipeline.archive.store;

import org.jspecify.annotations.NullMarked;

/// What leaves the store: which rows, in which order, and how a row is written. Plain Java on a JDBC connection.
@NullMarked
package org.transcriptpipeline.export;

import org.jspecify.annotations.NullMarked;

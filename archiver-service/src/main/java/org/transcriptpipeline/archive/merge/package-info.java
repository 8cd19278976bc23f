/// What "newer" and "further" mean. Pure functions on immutable values: no clock, no database, no order.
@NullMarked
package org.transcriptpipeline.archive.merge;

import org.jspecify.annotations.NullMarked;

/// The fuzz targets as a whole: the list of them, the regression corpus, and how they are run for long.
@NullMarked
package org.transcriptpipeline.fuzzing;

import org.jspecify.annotations.NullMarked;

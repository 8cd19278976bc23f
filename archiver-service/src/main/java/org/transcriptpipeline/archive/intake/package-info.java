/// A batch comes in here.
@NullMarked
package org.transcriptpipeline.archive.intake;

import org.jspecify.annotations.NullMarked;

/// The way out into a directory.
@NullMarked
package org.transcriptpipeline.notify.directory;

import org.jspecify.annotations.NullMarked;

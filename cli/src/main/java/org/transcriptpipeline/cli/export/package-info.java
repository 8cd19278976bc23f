/// `export`: the store as files that somebody takes along.
@NullMarked
package org.transcriptpipeline.cli.export;

import org.jspecify.annotations.NullMarked;

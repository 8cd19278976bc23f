/// `bin/transcripts`: one package for each thing that it does, and here what all commands share.
@NullMarked
package org.transcriptpipeline.cli;

import org.jspecify.annotations.NullMarked;

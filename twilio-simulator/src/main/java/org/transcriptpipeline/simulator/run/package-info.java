/// The simulator as a program.
@NullMarked
package org.transcriptpipeline.simulator.run;

import org.jspecify.annotations.NullMarked;

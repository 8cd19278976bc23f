/// Files that people write: rules of handoffs, scenarios of the simulator. Whatever is wrong in one is said with its
/// line.
@NullMarked
package org.transcriptpipeline.yaml;

import org.jspecify.annotations.NullMarked;

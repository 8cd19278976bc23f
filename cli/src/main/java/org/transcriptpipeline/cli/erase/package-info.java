/// Forgetting a person, holding that up, and what retention would take.
@NullMarked
package org.transcriptpipeline.cli.erase;

import org.jspecify.annotations.NullMarked;

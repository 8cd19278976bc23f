/// Measurements beside peers and beside the limit of the machine. See benchmarks/README.md.
@org.jspecify.annotations.NullMarked
package org.transcriptpipeline.benchmarks;

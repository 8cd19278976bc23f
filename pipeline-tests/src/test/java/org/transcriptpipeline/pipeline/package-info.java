/// The pipeline from outside: a process, its ports, its database, its outbox and its logs.
@NullMarked
package org.transcriptpipeline.pipeline;

import org.jspecify.annotations.NullMarked;

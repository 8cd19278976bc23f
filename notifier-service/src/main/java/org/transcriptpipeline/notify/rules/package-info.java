/// The rules of this installation, read at start; a service with a wrong rule does not start.
@NullMarked
package org.transcriptpipeline.notify.rules;

import org.jspecify.annotations.NullMarked;

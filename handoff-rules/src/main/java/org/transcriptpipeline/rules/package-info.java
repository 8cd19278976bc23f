/// The rules of a handoff: which conversations they are for, when a transcript is ready, who is told, and how. Read by
/// the archiver (when), the notifier (who and how) and the command line tool (which and why). Knows no Spring.
@NullMarked
package org.transcriptpipeline.rules;

import org.jspecify.annotations.NullMarked;

/// `transcripts reconcile`: asks the archiver, through its queue in Postgres, to compare conversations with
/// Twilio's lists.
@NullMarked
package org.transcriptpipeline.cli.reconcile;

import org.jspecify.annotations.NullMarked;

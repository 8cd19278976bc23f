/// A request that was kept because it could not be verified, verified again and made the event that it would have
/// been. Needs no server and nothing of Spring: the command line tool works with it.
@NullMarked
package org.transcriptpipeline.ingest.adoption;

import org.jspecify.annotations.NullMarked;

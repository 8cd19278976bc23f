/// What goes out, to whom, and what came of it; so a repeat stays silent.
@NullMarked
package org.transcriptpipeline.notify.ledger;

import org.jspecify.annotations.NullMarked;

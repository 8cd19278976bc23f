/// Attaches the Studio flow to new conversations, off unless `STUDIO_FLOW_SID` is set. Start reading at
/// [org.transcriptpipeline.ingest.flow.FlowAttacher]; why it is as it is: `docs/adr/019-attaching-a-flow.md`.
@NullMarked
package org.transcriptpipeline.ingest.flow;

import org.jspecify.annotations.NullMarked;

/// The truth of one Twilio account: what was said, by whom, and what came of it.
/// [org.transcriptpipeline.simulator.world.TwilioWorld] makes things happen and can be asked; whoever tells of it, by
/// webhook, event stream or REST, reads it here. Facts about Twilio are those of its public documentation and OpenAPI
/// descriptions (Conversations classic, `/docs/conversations-classic`).
@NullMarked
package org.transcriptpipeline.simulator.world;

import org.jspecify.annotations.NullMarked;

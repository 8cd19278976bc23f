/// A Twilio that misbehaves on purpose. [org.transcriptpipeline.simulator.Scenario] says what happens in a
/// conversation, [org.transcriptpipeline.simulator.TwilioSimulator] signs and posts it. Shares no code with the
/// services: what it proves about them would be worth less otherwise.
@NullMarked
package org.transcriptpipeline.simulator;

import org.jspecify.annotations.NullMarked;

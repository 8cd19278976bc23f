/// Twilio's REST APIs over a [org.transcriptpipeline.simulator.world.TwilioWorld], as far as a transcript pipeline
/// needs them. Start at [org.transcriptpipeline.simulator.rest.RestStandIn]. Paths, parameters and answers are those
/// of Twilio's OpenAPI descriptions (github.com/twilio/twilio-oai), and a test holds them against these.
@NullMarked
package org.transcriptpipeline.simulator.rest;

import org.jspecify.annotations.NullMarked;

/// Twilio's OpenAPI descriptions (github.com/twilio/twilio-oai, `spec/json`) as a measure of requests and answers.
/// For tests: needs `com.networknt:json-schema-validator` on the class path, which this module does not bring along.
@NullMarked
package org.transcriptpipeline.simulator.openapi;

import org.jspecify.annotations.NullMarked;

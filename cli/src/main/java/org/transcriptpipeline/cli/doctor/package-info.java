/// `transcripts doctor`: why was a request refused? Tries what proxies, gateways and people change, until the
/// signature is right.
@NullMarked
package org.transcriptpipeline.cli.doctor;

import org.jspecify.annotations.NullMarked;

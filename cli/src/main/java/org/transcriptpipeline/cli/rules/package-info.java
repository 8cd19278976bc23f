/// `transcripts rules`: whether the rules of handoffs can be used, and which one a handoff would meet. Sends nothing
/// and changes nothing.
@NullMarked
package org.transcriptpipeline.cli.rules;

import org.jspecify.annotations.NullMarked;

/// `transcripts start` and `reset`: the first message of a conversation, and its end.
@NullMarked
package org.transcriptpipeline.cli.conversation;

import org.jspecify.annotations.NullMarked;

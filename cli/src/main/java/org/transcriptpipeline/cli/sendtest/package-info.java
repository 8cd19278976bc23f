/// `transcripts send-test`: one signed request through the public address, followed to its row.
@NullMarked
package org.transcriptpipeline.cli.sendtest;

import org.jspecify.annotations.NullMarked;

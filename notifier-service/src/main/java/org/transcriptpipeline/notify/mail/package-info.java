/// Hands a mail over and turns the answer into an outcome.
@NullMarked
package org.transcriptpipeline.notify.mail;

import org.jspecify.annotations.NullMarked;

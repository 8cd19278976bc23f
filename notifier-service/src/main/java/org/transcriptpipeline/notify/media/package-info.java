/// The files that the archiver keeps of a conversation's media.
@NullMarked
package org.transcriptpipeline.notify.media;

import org.jspecify.annotations.NullMarked;

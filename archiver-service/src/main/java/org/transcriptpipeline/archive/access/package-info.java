/// Who may read which conversation, and who did: every answer of console and API that tells of a conversation comes
/// through here. See `docs/access.md`.
@NullMarked
package org.transcriptpipeline.archive.access;

import org.jspecify.annotations.NullMarked;

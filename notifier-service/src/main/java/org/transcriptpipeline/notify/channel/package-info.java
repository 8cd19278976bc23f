/// What every way out has in common: prepare, hand over, say what came of it, and stay closed while the other side
/// refuses us. Mail, webhook, Slack and directory are one small class each behind [Channel].
@NullMarked
package org.transcriptpipeline.notify.channel;

import org.jspecify.annotations.NullMarked;

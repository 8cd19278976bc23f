/// Ways out over HTTP: signed webhooks and Slack. Where a request may go, and to which address, is decided in
/// [PinnedHttp] and nowhere else.
@NullMarked
package org.transcriptpipeline.notify.forward;

import org.jspecify.annotations.NullMarked;

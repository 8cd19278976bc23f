/// What people ask over HTTP: the API, behind a sign-in, and the page on which an operator takes a handoff, behind a
/// link with a secret of its own.
@NullMarked
package org.transcriptpipeline.archive.console;

import org.jspecify.annotations.NullMarked;

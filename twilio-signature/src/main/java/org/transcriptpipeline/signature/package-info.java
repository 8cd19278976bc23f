/// What Twilio signs, and how: pure functions over bytes, for whoever receives requests or explains why one was
/// refused.
@NullMarked
package org.transcriptpipeline.signature;

import org.jspecify.annotations.NullMarked;

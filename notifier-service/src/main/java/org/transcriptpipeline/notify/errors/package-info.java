/// What error codes mean, as the store knows it.
@NullMarked
package org.transcriptpipeline.notify.errors;

import org.jspecify.annotations.NullMarked;

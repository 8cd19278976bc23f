/// Runs one delivery at a time: claims it, hands it over, writes down what came of it, decides when again.
@NullMarked
package org.transcriptpipeline.notify.delivery;

import org.jspecify.annotations.NullMarked;

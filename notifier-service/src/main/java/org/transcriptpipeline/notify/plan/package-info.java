/// Who hears of what: a record that a transcript is ready becomes deliveries and durable jobs.
@NullMarked
package org.transcriptpipeline.notify.plan;

import org.jspecify.annotations.NullMarked;

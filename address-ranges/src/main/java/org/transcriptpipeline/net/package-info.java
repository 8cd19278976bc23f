/// Where a connection may lead. Knows no Spring.
@NullMarked
package org.transcriptpipeline.net;

import org.jspecify.annotations.NullMarked;

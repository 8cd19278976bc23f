package org.transcriptpipeline.cli.provision;

import java.util.List;

/// One resource at Twilio, or a few that belong together. Reads what is there each time that it is asked, so that
/// what an earlier part has made is seen, and what exists is never made again.
@FunctionalInterface
interface Part {

    List<Difference> differences();
}

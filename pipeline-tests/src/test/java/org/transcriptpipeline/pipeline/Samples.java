package org.transcriptpipeline.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Webhook;

/// The sample requests S1 to S16, told again about other SIDs in each run, so that one store can hold them several
/// times.
final class Samples {

    private static final Pattern SID = Pattern.compile("(CH|IM|MB|DY|SM|IS|MG|ME|RL|XE)[0-9a-f]{32}");

    private final int run;
    private final Map<String, String> originals = new HashMap<>();

    /// @param run 0: with the SIDs that the reference has
    Samples(int run) {
        this.run = run;
    }

    int run() {
        return run;
    }

    List<Webhook> webhooks(String accountSid) throws IOException {
        try (var stream = Objects.requireNonNull(Samples.class.getResourceAsStream("/samples.txt"), "samples.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 3))
                    .map(fields -> Webhook.ofForm(fields[1], renamed(fields[2]).replace("{AC}", accountSid)))
                    .toList();
        }
    }

    /// With the SIDs of the reference again; those of other runs stay as they are.
    String original(String text) {
        return SID.matcher(text).replaceAll(sid -> originals.getOrDefault(sid.group(), sid.group()));
    }

    boolean isOfThisRun(String text) {
        return SID.matcher(text).results().anyMatch(sid -> originals.containsKey(sid.group()));
    }

    private String renamed(String body) {
        return SID.matcher(body).replaceAll(sid -> {
            var renamed = run == 0 ? sid.group() : Sids.of(sid.group(1), run, sid.group());
            originals.put(renamed, sid.group());
            return renamed;
        });
    }
}

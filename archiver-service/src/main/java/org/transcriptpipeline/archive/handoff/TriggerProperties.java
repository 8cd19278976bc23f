package org.transcriptpipeline.archive.handoff;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param triggers what asks for a handoff; none: only a person does
@ConfigurationProperties("transcripts.handoff")
record TriggerProperties(
        @DefaultValue({"flow_ended", "execution_ended"}) Set<TriggerKind> triggers) {
    TriggerProperties {
        triggers = Set.copyOf(triggers);
    }
}

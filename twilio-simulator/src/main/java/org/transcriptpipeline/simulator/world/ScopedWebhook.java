package org.transcriptpipeline.simulator.world;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A webhook of one conversation; at most five of them.
///
/// @param sid WH…
public record ScopedWebhook(
        String sid, String conversationSid, Target target, Fields fields, Instant dateCreated, Instant dateUpdated) {

    /// Whom it tells.
    public enum Target {
        WEBHOOK,
        TRIGGER,
        STUDIO
    }

    /// What it is given; null is the default, or stays as it is.
    ///
    /// @param filters event names, for `webhook`
    /// @param triggers keywords, for `trigger`
    /// @param flowSid for `studio`
    /// @param replayAfter index from which on messages that exist are sent to the flow; on creation only
    public record Fields(
            @Nullable String url,
            @Nullable String method,
            List<String> filters,
            List<String> triggers,
            @Nullable String flowSid,
            @Nullable Integer replayAfter) {

        public Fields {
            filters = List.copyOf(filters);
            triggers = List.copyOf(triggers);
        }

        public static Fields studio(String flowSid, @Nullable Integer replayAfter) {
            return new Fields(null, null, List.of(), List.of(), flowSid, replayAfter);
        }

        Fields with(Fields change) {
            return new Fields(
                    change.url == null ? url : change.url,
                    change.method == null ? method : change.method,
                    change.filters.isEmpty() ? filters : change.filters,
                    change.triggers.isEmpty() ? triggers : change.triggers,
                    change.flowSid == null ? flowSid : change.flowSid,
                    replayAfter);
        }
    }
}

package org.transcriptpipeline.notify.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.event.TranscriptReady;
import org.transcriptpipeline.rules.Facts;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What rules can ask about handoffs: what their announcement says, and what stands beside their snapshot. Where that
/// is not in the store, after a restore for instance, it is not known, and only rules that do not ask for it fit.
final class KnownFacts {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    KnownFacts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Key(String handoffId, int version) {}

    private record Beside(
            @Nullable String channel, @Nullable String ourAddress, Map<String, Object> answers) {
        private static final Beside NOTHING = new Beside(null, null, Map.of());
    }

    /// Of all these, with one query; in their order.
    List<Facts> of(List<TranscriptReady> announced) {
        if (announced.isEmpty()) {
            return List.of();
        }
        Map<Key, Beside> known = new HashMap<>();
        jdbc.sql("""
                        SELECT s.handoff_id, s.version, s.channel, s.our_address, s.answers
                        FROM unnest(:handoffIds::text[], :versions::integer[]) AS t (handoff_id, version)
                        JOIN store.handoff_snapshots s USING (handoff_id, version)
                        """)
                .param(
                        "handoffIds",
                        announced.stream().map(TranscriptReady::handoffId).toArray(String[]::new))
                .param(
                        "versions",
                        announced.stream().map(TranscriptReady::handoffVersion).toArray(Integer[]::new))
                .query(row -> {
                    known.put(
                            new Key(row.getString(1), row.getInt(2)),
                            new Beside(row.getString(3), row.getString(4), answers(row.getString(5))));
                });
        return announced.stream()
                .map(r -> facts(r, known.getOrDefault(new Key(r.handoffId(), r.handoffVersion()), Beside.NOTHING)))
                .toList();
    }

    private static Facts facts(TranscriptReady ready, Beside beside) {
        return new Facts(
                ready.accountSid(),
                ready.flowSid(),
                beside.ourAddress(),
                beside.channel(),
                ready.trigger(),
                ready.reason(),
                beside.answers());
    }

    private static Map<String, Object> answers(@Nullable String json) {
        if (json == null) {
            return Map.of();
        }
        try {
            return JSON.readValue(json, ANSWERS);
        } catch (JacksonException e) {
            return Map.of(); // JSON, and no object
        }
    }
}

package org.transcriptpipeline.archive;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/// Everything that the store holds of conversations, as text, for comparison.
public final class StoredRows {

    private static final List<String> TABLES = List.of(
            "store.conversations c ORDER BY c.conversation_sid",
            "store.messages c ORDER BY c.message_sid",
            "store.message_revisions c ORDER BY c.message_sid, c.register, c.observed_second, c.content_sha256",
            "store.participants c ORDER BY c.participant_sid",
            "store.users c ORDER BY c.user_sid",
            "store.deliveries c ORDER BY c.channel_message_sid",
            "store.delivery_events c ORDER BY c.channel_message_sid, c::text",
            "store.flow_executions c ORDER BY c.execution_sid",
            "store.unrecognised_events c ORDER BY c.event_id",
            "store.pre_action_events c ORDER BY c.event_id",
            "transcripts.messages c ORDER BY c.message_sid",
            "transcripts.message_revisions c ORDER BY c.message_sid, c.revision",
            "transcripts.deliveries c ORDER BY c.channel_message_sid");

    private StoredRows() {}

    /// All columns of all rows.
    public static Map<String, List<String>> all(JdbcTemplate jdbc) {
        var rows = new LinkedHashMap<String, List<String>>();
        for (var table : TABLES) {
            rows.put(table, jdbc.queryForList("SELECT c::text FROM " + table, String.class));
        }
        return rows;
    }
}

package org.transcriptpipeline.cli.rules;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.rules.Facts;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The archiver's handoffs and conversations, read only.
final class KnownHandoffs {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};

    private final Connection connection;

    KnownHandoffs(Connection connection) {
        this.connection = connection;
    }

    /// Null: there is none of this id.
    @Nullable
    KnownHandoff handoff(String handoffId) throws SQLException {
        return read("""
                SELECT h.handoff_id, h.conversation_sid, h.account_sid, h.flow_sid, c.our_address, c.channel, h.trigger,
                    h.reason, h.answers
                FROM store.handoffs h
                LEFT JOIN store.conversations c USING (conversation_sid)
                WHERE h.handoff_id = ?
                """, handoffId);
    }

    /// The newest handoff of a conversation, or the conversation as a person's wish would hand it over. Null: the store
    /// does not know the conversation.
    @Nullable
    KnownHandoff newestOf(String conversationSid) throws SQLException {
        return read("""
                SELECT h.handoff_id, c.conversation_sid, c.account_sid, h.flow_sid, c.our_address, c.channel,
                    coalesce(h.trigger, 'on_demand'), h.reason, h.answers
                FROM store.conversations c
                LEFT JOIN store.handoffs h USING (conversation_sid)
                WHERE c.conversation_sid = ?
                ORDER BY h.requested_at DESC NULLS LAST
                LIMIT 1
                """, conversationSid);
    }

    private @Nullable KnownHandoff read(String sql, String key) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, key);
            try (var row = statement.executeQuery()) {
                return row.next()
                        ? new KnownHandoff(
                                row.getString(1),
                                row.getString(2),
                                new Facts(
                                        row.getString(3),
                                        row.getString(4),
                                        row.getString(5),
                                        row.getString(6),
                                        row.getString(7),
                                        row.getString(8),
                                        answers(row.getString(9))))
                        : null;
            }
        }
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

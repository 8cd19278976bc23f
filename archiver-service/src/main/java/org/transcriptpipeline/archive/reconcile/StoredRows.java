package org.transcriptpipeline.archive.reconcile;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// What the store holds of a conversation, read page by page beside Twilio's list.
@Component
class StoredRows {

    private static final int MOST_STUBS = 200;

    private final JdbcTemplate jdbc;

    StoredRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// The messages that a page names, and those that have an index between its ends.
    Map<String, StoredMessage> messages(String conversationSid, List<String> messageSids, long from, long to) {
        var rows = new HashMap<String, StoredMessage>();
        jdbc.query(
                """
                SELECT
                    m.message_sid, m.index, m.body, m.author, m.participant_sid, m.attributes, m.sent_at,
                    m.removed_at IS NOT NULL AS is_removed,
                    m.is_stub,
                    ARRAY(
                        SELECT e ->> 'sid'
                        FROM jsonb_array_elements(m.media) e
                        WHERE e ->> 'sid' IS NOT NULL
                        ORDER BY 1
                    ) AS media_sids,
                    ARRAY(SELECT d.status FROM store.deliveries d WHERE d.message_sid = m.message_sid) AS statuses
                FROM store.messages m
                WHERE m.message_sid = ANY (?)
                    OR (m.conversation_sid = ? AND m.index BETWEEN ? AND ?)
                """,
                row -> {
                    var message = message(row);
                    rows.put(message.messageSid(), message);
                },
                messageSids.toArray(String[]::new),
                conversationSid,
                from,
                to);
        return rows;
    }

    /// Messages of which only a receipt was seen; the first of them, if there are very many.
    List<String> stubs(String conversationSid) {
        return jdbc.query("""
                SELECT m.message_sid
                FROM store.messages m
                WHERE m.conversation_sid = ? AND m.is_stub
                ORDER BY m.first_received_at
                LIMIT ?
                """, (row, _) -> row.getString("message_sid"), conversationSid, MOST_STUBS);
    }

    /// Null: it is not known yet.
    @Nullable
    StoredConversation conversation(String conversationSid) {
        return jdbc.query("""
                        SELECT
                            c.service_sid, c.messaging_service_sid, c.friendly_name, c.unique_name, c.attributes, c.state,
                            c.started_at
                        FROM store.conversations c
                        WHERE c.conversation_sid = ?
                        """, StoredRows::conversation, conversationSid).stream()
                .findFirst()
                .orElse(null);
    }

    Map<String, StoredParticipant> participants(String conversationSid) {
        var rows = new HashMap<String, StoredParticipant>();
        jdbc.query(
                """
                SELECT
                    p.participant_sid, p.identity, p.address, p.proxy_address, p.binding_type, p.role_sid, p.attributes,
                    p.last_read_message_index
                FROM store.participants p
                WHERE p.conversation_sid = ?
                """,
                row -> {
                    rows.put(
                            row.getString("participant_sid"),
                            new StoredParticipant(
                                    row.getString("identity"),
                                    row.getString("address"),
                                    row.getString("proxy_address"),
                                    row.getString("binding_type"),
                                    row.getString("role_sid"),
                                    row.getString("attributes"),
                                    row.getObject("last_read_message_index", Long.class)));
                },
                conversationSid);
        return rows;
    }

    private static StoredMessage message(ResultSet row) throws SQLException {
        var sentAt = row.getObject("sent_at", OffsetDateTime.class);
        return new StoredMessage(
                row.getString("message_sid"),
                row.getObject("index", Long.class),
                row.getString("body"),
                row.getString("author"),
                row.getString("participant_sid"),
                row.getString("attributes"),
                texts(row.getArray("media_sids")),
                sentAt == null ? null : sentAt.toInstant(),
                row.getBoolean("is_removed"),
                row.getBoolean("is_stub"),
                texts(row.getArray("statuses")));
    }

    private static StoredConversation conversation(ResultSet row, int rowNumber) throws SQLException {
        return new StoredConversation(
                row.getString("service_sid"),
                row.getString("messaging_service_sid"),
                row.getString("friendly_name"),
                row.getString("unique_name"),
                row.getString("attributes"),
                row.getString("state"),
                row.getObject("started_at") != null);
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    record StoredConversation(
            @Nullable String serviceSid,
            @Nullable String messagingServiceSid,
            @Nullable String friendlyName,
            @Nullable String uniqueName,
            @Nullable String attributes,
            @Nullable String state,
            boolean hasStart) {

        @Override
        public String toString() {
            return "StoredConversation[" + serviceSid + "]";
        }
    }

    record StoredParticipant(
            @Nullable String identity,
            @Nullable String address,
            @Nullable String proxyAddress,
            @Nullable String bindingType,
            @Nullable String roleSid,
            @Nullable String attributes,
            @Nullable Long lastReadMessageIndex) {

        @Override
        public String toString() {
            return "StoredParticipant[]";
        }
    }
}

package org.transcriptpipeline.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The views that are exported. Each is read for a list of conversations, in an order that depends on nothing but the
/// rows, so that the same rows are the same file.
public enum ExportTable {
    CONVERSATIONS("""
            SELECT v.*
            FROM transcripts.conversations v
            WHERE v.conversation_sid = ANY (?)
            ORDER BY v.conversation_sid
            """),
    MESSAGES("""
            SELECT v.*
            FROM transcripts.messages v
            WHERE v.conversation_sid = ANY (?)
            ORDER BY v.conversation_sid, v.index NULLS LAST, v.received_at, v.message_sid
            """),
    PARTICIPANTS("""
            SELECT v.*
            FROM transcripts.participants v
            WHERE v.conversation_sid = ANY (?)
            ORDER BY v.conversation_sid, v.participant_sid
            """),
    MEDIA("""
            SELECT v.*
            FROM transcripts.media v
            WHERE v.conversation_sid = ANY (?)
            ORDER BY v.conversation_sid, v.message_sid, v.position
            """),
    DELIVERIES("""
            SELECT v.*
            FROM transcripts.deliveries v
            WHERE v.conversation_sid = ANY (?)
            ORDER BY v.conversation_sid, v.channel_message_sid
            """),
    DELIVERY_EVENTS("""
            SELECT v.*
            FROM transcripts.deliveries d
            JOIN transcripts.delivery_events v ON v.channel_message_sid = d.channel_message_sid
            WHERE d.conversation_sid = ANY (?)
            ORDER BY
                d.conversation_sid, v.channel_message_sid, v.received_at, v.status, v.source, v.error_code, v.occurred_at,
                v.carrier_done_date
            """),
    FLOW_EXECUTIONS("""
            SELECT v.*
            FROM transcripts.flow_executions v
            WHERE v.conversation_sid = ANY (?)
            ORDER BY v.conversation_sid, v.execution_sid
            """),
    HANDOFFS("""
            SELECT v.*
            FROM transcripts.handoffs v
            WHERE v.conversation_sid = ANY (?)
            ORDER BY v.conversation_sid, v.handoff_id, v.version
            """);

    private final String ofConversations;

    ExportTable(String ofConversations) {
        this.ofConversations = ofConversations;
    }

    /// The view's name, and the start of a file's.
    public String viewName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// One parameter: the SIDs of conversations, as a text array.
    String ofConversations() {
        return ofConversations;
    }

    /// Rows of no conversation, by a list of keys: SIDs of deliveries that were sent past Conversations, or of
    /// executions.
    /// Null: the view has none.
    @Nullable
    String ofNoConversation() {
        return switch (this) {
            case DELIVERIES -> """
                    SELECT v.*
                    FROM transcripts.deliveries v
                    WHERE v.channel_message_sid = ANY (?)
                    ORDER BY v.channel_message_sid
                    """;
            case DELIVERY_EVENTS -> """
                    SELECT v.*
                    FROM transcripts.delivery_events v
                    WHERE v.channel_message_sid = ANY (?)
                    ORDER BY
                        v.channel_message_sid, v.received_at, v.status, v.source, v.error_code, v.occurred_at,
                        v.carrier_done_date
                    """;
            case FLOW_EXECUTIONS -> """
                    SELECT v.*
                    FROM transcripts.flow_executions v
                    WHERE v.execution_sid = ANY (?)
                    ORDER BY v.execution_sid
                    """;
            case CONVERSATIONS, MESSAGES, PARTICIPANTS, MEDIA, HANDOFFS -> null;
        };
    }

    /// @param viewName as a caller gives it
    public static Optional<ExportTable> of(String viewName) {
        return Arrays.stream(values())
                .filter(table -> table.viewName().equals(viewName))
                .findFirst();
    }
}

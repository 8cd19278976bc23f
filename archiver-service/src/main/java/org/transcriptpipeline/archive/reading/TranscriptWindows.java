package org.transcriptpipeline.archive.reading;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.access.ReadLog;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.access.TeamTransactions;
import org.transcriptpipeline.archive.reading.TranscriptMessage.Delivery;
import org.transcriptpipeline.archive.reading.TranscriptMessage.Media;
import org.transcriptpipeline.archive.reading.TranscriptMessage.State;

/// Transcripts, a window at a time: one of ten thousand messages opens as fast as one of ten.
@Component
public class TranscriptWindows {

    /// Messages of a window.
    public static final int HIGHEST_LIMIT = 200;

    private final JdbcTemplate jdbc;
    private final TeamTransactions transactions;
    private final ReadLog log;
    private final Conversations conversations;

    TranscriptWindows(JdbcTemplate jdbc, TeamTransactions transactions, ReadLog log, Conversations conversations) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.log = log;
        this.conversations = conversations;
    }

    /// Where a window lies. Positions are those of the messages: 1, 2, 3 …
    public sealed interface Place {}

    /// The newest messages.
    public record Newest() implements Place {}

    /// Those right before a position.
    public record Before(long position) implements Place {}

    /// Those from a position on.
    public record From(long position) implements Place {}

    /// Those around one message; where there is no such message, the newest.
    public record Around(String messageSid) implements Place {}

    /// A window of messages, and the conversation as a whole at the same moment.
    public record Seen(ConversationRow conversation, TranscriptWindow window) {}

    /// The same with what belongs to the conversation.
    public record Opened(ConversationDetails details, TranscriptWindow window) {}

    /// A window, which is written down as read.
    ///
    /// @param limit messages at most, 1 to [#HIGHEST_LIMIT]
    /// @return empty: there is no such conversation, or none that this reader may see
    public Optional<Seen> read(Reader reader, String conversationSid, Place place, int limit) {
        requireLimit(limit);
        return transactions.under(
                reader,
                () -> conversations
                        .find(conversationSid)
                        .map(conversation -> new Seen(conversation, window(reader, conversation, place, limit))));
    }

    /// The same, for a page that shows the rest too.
    public Optional<Opened> open(Reader reader, String conversationSid, Place place, int limit) {
        requireLimit(limit);
        return transactions.under(
                reader,
                () -> conversations
                        .withDetails(conversationSid)
                        .map(details -> new Opened(details, window(reader, details.conversation(), place, limit))));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > HIGHEST_LIMIT) {
            throw new IllegalArgumentException("a window has 1 to " + HIGHEST_LIMIT + " messages");
        }
    }

    private TranscriptWindow window(Reader reader, ConversationRow conversation, Place place, int limit) {
        log.write(reader, "show_transcript", conversation.accountSid(), conversation.conversationSid(), null);
        return window(conversation.conversationSid(), place, limit);
    }

    private TranscriptWindow window(String conversationSid, Place place, int limit) {
        var rows = switch (place) {
            case Newest _ -> before(conversationSid, Long.MAX_VALUE, limit);
            case Before(long position) -> before(conversationSid, position, limit);
            case From(long position) -> from(conversationSid, position, limit);
            case Around(var messageSid) -> {
                long middle = positionOf(conversationSid, messageSid);
                yield middle == 0
                        ? before(conversationSid, Long.MAX_VALUE, limit)
                        : from(conversationSid, Math.max(1, middle - limit / 2), limit);
            }
        };
        if (rows.isEmpty()) {
            return TranscriptWindow.EMPTY;
        }
        var sids = rows.stream().map(Row::messageSid).toArray(String[]::new);
        var deliveries = deliveries(sids);
        var media = media(conversationSid, sids);
        var messages = rows.stream()
                .map(row -> row.message(
                        deliveries.getOrDefault(row.messageSid(), List.of()),
                        media.getOrDefault(row.messageSid(), List.of())))
                .toList();
        return new TranscriptWindow(
                messages,
                messages.getFirst().position() > 1,
                rows.getLast().total() > messages.getLast().position());
    }

    private long positionOf(String conversationSid, String messageSid) {
        return jdbc.queryForList("""
                        SELECT t."position"
                        FROM transcripts.transcript(?) t
                        WHERE t.message_sid = ?
                        """, Long.class, conversationSid, messageSid).stream()
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(0L);
    }

    private List<Row> before(String conversationSid, long position, int limit) {
        var rows = new ArrayList<>(rows("""
                WHERE t."position" < ?
                ORDER BY t."position" DESC
                LIMIT ?
                """, conversationSid, position, limit));
        return rows.reversed();
    }

    private List<Row> from(String conversationSid, long position, int limit) {
        return rows("""
                WHERE t."position" >= ?
                ORDER BY t."position"
                LIMIT ?
                """, conversationSid, position, limit);
    }

    private List<Row> rows(String part, String conversationSid, long position, int limit) {
        return jdbc.query("""
                SELECT
                    t."position", t.message_sid, t.index, t.previous_index, t.author, t.author_kind, t.direction, t.body,
                    t.sent_at, t.received_at, t.edited_at, t.removed_at, t.delivery_status, t.delivery_error_code,
                    t.delivery_error, t.is_contradictory, t.is_stub, t.sources, t.total
                FROM (
                    SELECT
                        m.*,
                        lag(m.index, 1, -1::bigint) OVER (ORDER BY m."position") AS previous_index,
                        count(*) OVER () AS total
                    FROM transcripts.transcript(?) m
                ) t
                """ + part, (row, _) -> Row.of(row), conversationSid, position, limit);
    }

    private Map<String, List<Delivery>> deliveries(String[] messageSids) {
        var states = new HashMap<String, List<State>>();
        jdbc.query(
                """
                SELECT e.channel_message_sid, e.status, e.error_code, e.occurred_at, e.received_at
                FROM transcripts.delivery_events e
                WHERE e.channel_message_sid IN (
                    SELECT d.channel_message_sid
                    FROM transcripts.deliveries d
                    WHERE d.message_sid = ANY (?)
                )
                ORDER BY coalesce(e.occurred_at, e.received_at), e.received_at, e.status
                """,
                row -> {
                    var occurredAt = Rows.time(row, "occurred_at");
                    states.computeIfAbsent(row.getString("channel_message_sid"), _ -> new ArrayList<>())
                            .add(new State(
                                    row.getString("status"),
                                    Rows.smallNumber(row, "error_code"),
                                    occurredAt == null ? Rows.knownTime(row, "received_at") : occurredAt,
                                    occurredAt != null));
                },
                (Object) messageSids);
        var deliveries = new HashMap<String, List<Delivery>>();
        jdbc.query(
                """
                SELECT
                    d.message_sid, d.channel_message_sid, d.to_address, d.status, d.error_code, d.error_text,
                    d.error_advice
                FROM transcripts.deliveries d
                WHERE d.message_sid = ANY (?)
                ORDER BY d.first_seen_at, d.channel_message_sid
                """,
                row -> {
                    var sid = row.getString("channel_message_sid");
                    deliveries
                            .computeIfAbsent(row.getString("message_sid"), _ -> new ArrayList<>())
                            .add(new Delivery(
                                    sid,
                                    row.getString("to_address"),
                                    row.getString("status"),
                                    Rows.smallNumber(row, "error_code"),
                                    row.getString("error_text"),
                                    row.getString("error_advice"),
                                    states.getOrDefault(sid, List.of())));
                },
                (Object) messageSids);
        return deliveries;
    }

    private Map<String, List<Media>> media(String conversationSid, String[] messageSids) {
        var media = new HashMap<String, List<Media>>();
        jdbc.query(
                """
                SELECT a.message_sid, a.media_sid, a.content_type, a.size_bytes, a.filename, a.is_archived
                FROM transcripts.media a
                WHERE a.conversation_sid = ?
                    AND a.message_sid = ANY (?)
                ORDER BY a.message_sid, a."position"
                """,
                row -> {
                    media.computeIfAbsent(row.getString("message_sid"), _ -> new ArrayList<>())
                            .add(new Media(
                                    row.getString("media_sid"),
                                    row.getString("content_type"),
                                    Rows.number(row, "size_bytes"),
                                    row.getString("filename"),
                                    row.getBoolean("is_archived")));
                },
                conversationSid,
                messageSids);
        return media;
    }

    /// A row of the transcript before what belongs to it is known.
    ///
    /// @param message without deliveries and media
    /// @param total messages of the whole transcript
    private record Row(TranscriptMessage message, long total) {

        static Row of(ResultSet row) throws SQLException {
            var index = Rows.number(row, "index");
            return new Row(
                    new TranscriptMessage(
                            row.getLong("position"),
                            row.getString("message_sid"),
                            index,
                            row.getString("author"),
                            row.getString("author_kind"),
                            row.getString("direction"),
                            row.getString("body"),
                            Rows.time(row, "sent_at"),
                            Rows.knownTime(row, "received_at"),
                            Rows.time(row, "edited_at"),
                            Rows.time(row, "removed_at"),
                            row.getString("delivery_status"),
                            Rows.smallNumber(row, "delivery_error_code"),
                            row.getString("delivery_error"),
                            row.getBoolean("is_contradictory"),
                            row.getBoolean("is_stub"),
                            Rows.texts(row, "sources"),
                            missing(index, Rows.number(row, "previous_index")),
                            List.of(),
                            List.of()),
                    row.getLong("total"));
        }

        /// Twilio counts messages from 0; one without an index is at the end, where nothing can be said.
        private static long missing(@Nullable Long index, @Nullable Long previous) {
            return index == null || previous == null ? 0 : Math.max(0, index - previous - 1);
        }

        String messageSid() {
            return message.messageSid();
        }

        TranscriptMessage message(List<Delivery> deliveries, List<Media> media) {
            return new TranscriptMessage(
                    message.position(),
                    message.messageSid(),
                    message.index(),
                    message.author(),
                    message.authorKind(),
                    message.direction(),
                    message.body(),
                    message.sentAt(),
                    message.receivedAt(),
                    message.editedAt(),
                    message.removedAt(),
                    message.deliveryStatus(),
                    message.deliveryErrorCode(),
                    message.deliveryError(),
                    message.isContradictory(),
                    message.isStub(),
                    message.sources(),
                    message.missingBefore(),
                    deliveries,
                    media);
        }
    }
}

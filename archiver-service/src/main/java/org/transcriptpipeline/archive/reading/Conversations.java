package org.transcriptpipeline.archive.reading;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.access.ReadLog;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.access.TeamTransactions;
import org.transcriptpipeline.archive.reading.ConversationPage.Listed;

/// The conversations that a reader may see, newest first: by their last message, or where they have none by when we
/// first heard of them.
@Component
public class Conversations {

    /// Conversations of a page.
    public static final int HIGHEST_LIMIT = 200;

    /// Participants, executions, versions of handoffs and deliveries of one conversation that are told.
    public static final int MOST_OF_EACH = 1000;

    private static final int EXCERPT_CHARACTERS = 160;
    private static final int MOST_MATCHES = 500;

    private static final String COLUMNS = """
            c.conversation_sid, c.account_sid, c.service_sid, c.messaging_service_sid, c.unique_name, c.friendly_name,
            c.attributes, c.state, c.customer_address, c.customer_addresses, c.our_address, c.channel, c.started_at,
            c.last_message_at, coalesce(c.last_message_at, c.first_received_at) AS active_at, c.closed_at,
            c.message_count, c.inbound_count, c.outbound_count, c.failed_count, c.first_response_seconds,
            c.highest_index, c.missing_count, c.repaired_count, c.silent_count, c.verdict, c.verdict_reason,
            c.verified_through_index, c.verified_at, c.removed_at
            """;

    private final JdbcTemplate jdbc;
    private final DetailQueries details;
    private final TeamTransactions transactions;
    private final ReadLog log;

    Conversations(JdbcTemplate jdbc, TeamTransactions transactions, ReadLog log) {
        this.jdbc = jdbc;
        this.details = new DetailQueries(jdbc);
        this.transactions = transactions;
        this.log = log;
    }

    /// One page, which is written down as read: once for each account.
    ///
    /// @param after where it begins; null: with the newest
    /// @param limit conversations at most, 1 to [#HIGHEST_LIMIT]
    public ConversationPage page(
            Reader reader, ConversationFilter filter, @Nullable ConversationCursor after, int limit) {
        if (limit < 1 || limit > HIGHEST_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + HIGHEST_LIMIT + " conversations");
        }
        return transactions.under(reader, () -> {
            var found = find(filter, after, limit + 1); // one more, which says whether another page follows
            var rows = found.subList(0, Math.min(limit, found.size()));
            countByAccount(rows)
                    .forEach((account, count) ->
                            log.write(reader, "list_conversations", account, null, count + " conversations of a list"));
            var next = found.size() > limit ? rows.getLast().conversation().cursor() : null;
            return new ConversationPage(rows, next);
        });
    }

    /// One conversation, which is written down as read.
    ///
    /// @param action what is done with it, see [ReadLog#write]
    /// @return empty: there is none, or none that this reader may see
    public Optional<ConversationRow> find(Reader reader, String conversationSid, String action) {
        return transactions.under(
                reader,
                () -> find(conversationSid).map(conversation -> {
                    log.write(reader, action, conversation.accountSid(), conversationSid, null);
                    return conversation;
                }));
    }

    /// One conversation with what belongs to it, which is written down as `show_conversation`.
    ///
    /// @return empty: there is none, or none that this reader may see
    public Optional<ConversationDetails> details(Reader reader, String conversationSid) {
        return transactions.under(
                reader,
                () -> withDetails(conversationSid).map(found -> {
                    log.write(reader, "show_conversation", found.conversation().accountSid(), conversationSid, null);
                    return found;
                }));
    }

    /// Whether there is one, and this reader may see it. Nothing of it is told, so nothing is written down.
    public boolean isSeen(Reader reader, String conversationSid) {
        return transactions.under(reader, () -> find(conversationSid)).isPresent();
    }

    /// Within the reader's transaction.
    Optional<ConversationDetails> withDetails(String conversationSid) {
        return find(conversationSid)
                .map(conversation -> new ConversationDetails(
                        conversation,
                        details.participants(conversationSid),
                        details.flowExecutions(conversationSid),
                        details.handoffs(conversationSid)));
    }

    /// Within the reader's transaction.
    Optional<ConversationRow> find(String conversationSid) {
        return jdbc
                .query(
                        "SELECT " + COLUMNS + " FROM transcripts.conversations c WHERE c.conversation_sid = ?",
                        (row, _) -> conversation(row),
                        conversationSid)
                .stream()
                .findFirst();
    }

    private List<Listed> find(ConversationFilter filter, @Nullable ConversationCursor after, int limit) {
        var query = new Query();
        if (filter.text() == null) {
            query.from("transcripts.conversations c");
        } else {
            // the best match of each conversation
            query.from("""
                    transcripts.conversations c
                    JOIN (
                        SELECT DISTINCT ON (m.conversation_sid) m.conversation_sid, m.highlight
                        FROM transcripts.search(query => ?, of_address => ?, max_rows => ?) m
                        ORDER BY m.conversation_sid, m.rank DESC, m.message_sid
                    ) f ON f.conversation_sid = c.conversation_sid
                    """, filter.text(), filter.customer(), MOST_MATCHES);
        }
        conditions(query, filter);
        if (after != null) {
            query.where(
                    "(coalesce(c.last_message_at, c.first_received_at), c.conversation_sid) < (?, ?)",
                    time(after.activeAt()),
                    after.conversationSid());
        }
        // The page first, and what is shown beside each of its rows then: not of every conversation that fits.
        var sql = """
                SELECT
                    %1$s, p.highlight, m.last_text, m.last_author_kind, h.handoff_status
                FROM (
                    SELECT c.conversation_sid, %2$s AS highlight
                    FROM %3$s
                    WHERE %4$s
                    ORDER BY coalesce(c.last_message_at, c.first_received_at) DESC, c.conversation_sid DESC
                    LIMIT ?
                ) p
                JOIN transcripts.conversations c ON c.conversation_sid = p.conversation_sid
                LEFT JOIN LATERAL (
                    SELECT left(m.body, %5$d) AS last_text, m.author_kind AS last_author_kind
                    FROM transcripts.messages m
                    WHERE m.conversation_sid = p.conversation_sid
                        AND m.index IS NOT NULL
                    ORDER BY m.index DESC
                    LIMIT 1
                ) m ON true
                LEFT JOIN LATERAL (
                    SELECT h.status AS handoff_status
                    FROM transcripts.handoffs h
                    WHERE h.conversation_sid = p.conversation_sid
                    ORDER BY h.requested_at DESC, h.version DESC
                    LIMIT 1
                ) h ON true
                ORDER BY active_at DESC, c.conversation_sid DESC
                """.formatted(
                        COLUMNS,
                        filter.text() == null ? "NULL::text" : "f.highlight",
                        query.from,
                        query.conditions.isEmpty() ? "true" : String.join("\n    AND ", query.conditions),
                        EXCERPT_CHARACTERS);
        query.parameters.add(limit);
        return jdbc.query(
                sql,
                (row, _) -> new Listed(
                        conversation(row),
                        row.getString("last_text"),
                        row.getString("last_author_kind"),
                        row.getString("highlight"),
                        row.getString("handoff_status")),
                query.parameters.toArray());
    }

    private static void conditions(Query query, ConversationFilter filter) {
        query.equal("c.state", filter.state());
        query.equal("c.channel", filter.channel());
        query.equal("c.our_address", filter.ourAddress());
        query.equal("c.verdict", filter.verdict());
        if ("gap".equals(filter.verdict())) {
            query.where("c.missing_count > 0"); // which an index knows, while a verdict is told at the moment
        }
        if (filter.isFailed()) {
            query.where("c.failed_count > 0");
        }
        if (filter.isHandedOver()) {
            query.where("EXISTS (SELECT FROM transcripts.handoffs h WHERE h.conversation_sid = c.conversation_sid)");
        }
        if (filter.flowSid() != null) {
            query.where("""
                    EXISTS (
                        SELECT
                        FROM transcripts.flow_executions e
                        WHERE e.conversation_sid = c.conversation_sid
                            AND e.flow_sid = ?
                    )
                    """, filter.flowSid());
        }
        if (filter.customer() != null) {
            query.where("""
                    c.conversation_sid IN (
                        SELECT p.conversation_sid
                        FROM transcripts.participants p
                        WHERE p.address = ?
                        UNION
                        SELECT o.conversation_sid
                        FROM transcripts.conversations o
                        WHERE cardinality(o.customer_addresses) = 1
                            AND o.customer_addresses[1] = ?
                    )
                    """, filter.customer(), filter.customer());
        }
        if (filter.since() != null) {
            query.where("coalesce(c.last_message_at, c.first_received_at) >= ?", time(filter.since()));
        }
        if (filter.until() != null) {
            query.where("coalesce(c.last_message_at, c.first_received_at) < ?", time(filter.until()));
        }
    }

    private static Map<String, Integer> countByAccount(List<Listed> rows) {
        var counts = new LinkedHashMap<String, Integer>();
        rows.forEach(row -> counts.merge(row.conversation().accountSid(), 1, Integer::sum));
        return counts;
    }

    private static OffsetDateTime time(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static ConversationRow conversation(ResultSet row) throws SQLException {
        return new ConversationRow(
                row.getString("conversation_sid"),
                row.getString("account_sid"),
                row.getString("service_sid"),
                row.getString("messaging_service_sid"),
                row.getString("unique_name"),
                row.getString("friendly_name"),
                row.getString("attributes"),
                row.getString("state"),
                row.getString("customer_address"),
                Rows.texts(row, "customer_addresses"),
                row.getString("our_address"),
                row.getString("channel"),
                Rows.time(row, "started_at"),
                Rows.time(row, "last_message_at"),
                Rows.knownTime(row, "active_at"),
                Rows.time(row, "closed_at"),
                row.getInt("message_count"),
                row.getInt("inbound_count"),
                row.getInt("outbound_count"),
                row.getInt("failed_count"),
                row.getBigDecimal("first_response_seconds"),
                Rows.number(row, "highest_index"),
                row.getInt("missing_count"),
                row.getInt("repaired_count"),
                row.getInt("silent_count"),
                row.getString("verdict"),
                row.getString("verdict_reason"),
                Rows.number(row, "verified_through_index"),
                Rows.time(row, "verified_at"),
                Rows.time(row, "removed_at"));
    }

    /// A statement in the making: texts are parameters, never parts of it.
    private static final class Query {
        private final List<String> conditions = new ArrayList<>();
        private final List<@Nullable Object> parameters = new ArrayList<>();
        private String from = "";

        void from(String tables, @Nullable Object... values) {
            from = tables;
            parameters.addAll(java.util.Arrays.asList(values));
        }

        void where(String condition, Object... values) {
            conditions.add(condition);
            parameters.addAll(List.of(values));
        }

        void equal(String column, @Nullable String value) {
            if (value != null) {
                where(column + " = ?", value);
            }
        }
    }
}

package org.transcriptpipeline.cli.export;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of one account, made by SQL in the archiver's tables: as many as are asked for, with texts that break what is
/// careless.
final class ExportRows {

    /// What people write, and what people write who want to break something.
    static final List<@Nullable String> TEXTS = Arrays.asList(
            "Hello, is Bella still there?",
            null,
            "",
            "=cmd|' /C calc'!A0",
            "+1+1",
            "-2+3",
            "@SUM(A1)",
            "\tbegins with a tab",
            "\rbegins with a return",
            "'=already quoted",
            "''=twice",
            "x;=1+1",
            "two\nlines\n=1",
            "two\r\nlines, \"quoted\"",
            "\"",
            "\"\"",
            ",",
            "+15550100",
            "NULL",
            "\\N",
            "null",
            "nothing\u2400here",
            "\uD83D\uDC36 \uD83C\uDDE9\uD83C\uDDEA \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
            "abc\u202Etxt.exe",
            "\u0645\u0631\u062D\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
            "\u0001\u001B[31m\u0085\u2028",
            "[2026-11-01T08:00:00Z] agent Kim\r\n    nothing was said",
            ".\r\n..\r\nFrom here",
            "long " + "\u00E4".repeat(20_000));

    private static final String CONVERSATIONS = """
            INSERT INTO store.conversations (
                conversation_sid, account_sid, friendly_name, attributes, attributes_json, state, started_at, closed_at,
                first_received_at, sources, versions, customer_addresses, our_address, channel, last_message_at, message_count,
                inbound_count, outbound_count, failed_count, first_response_seconds, highest_index
            )
            SELECT
                'CH' || md5(a.sid || c),
                a.sid,
                a.texts[1 + c % cardinality(a.texts)],
                CASE WHEN c % 3 = 0 THEN '{"b":1,"a":[1,2.5,null]}' END,
                CASE WHEN c % 3 = 0 THEN '{"b":1,"a":[1,2.5,null]}'::jsonb END,
                'active',
                timestamptz '2026-10-01 00:00:00.123456Z' + c * interval '1 minute',
                CASE WHEN c % 5 = 0 THEN timestamptz '2026-10-02 00:00Z' + c * interval '1 minute' END,
                timestamptz '2026-10-01 00:00Z' + c * interval '1 minute',
                CASE WHEN c % 2 = 0 THEN ARRAY['webhook', 'rest'] ELSE '{}' END,
                '',
                CASE WHEN c % 4 = 0 THEN ARRAY['whatsapp:+1555' || c, 'kim.' || c || '@example.com'] ELSE ARRAY['+1555' || c] END,
                '+15550199',
                CASE WHEN c % 4 = 0 THEN 'whatsapp' ELSE 'sms' END,
                CASE WHEN a.messages > 0 THEN timestamptz '2026-10-01 01:00Z' + c * interval '1 minute' END,
                a.messages,
                a.messages - a.messages / 2,
                a.messages / 2,
                0,
                CASE WHEN c % 3 <> 0 THEN c + 0.123456 END,
                a.messages - 1
            FROM (SELECT ? AS sid, ?::integer AS conversations, ?::integer AS messages, ?::text[] AS texts) a
            CROSS JOIN LATERAL generate_series(1, a.conversations) c
            """;

    private static final String PARTICIPANTS = """
            INSERT INTO store.participants (
                participant_sid, conversation_sid, account_sid, identity, address, proxy_address, binding_type, attributes,
                joined_at, first_received_at, sources, versions
            )
            SELECT
                'MB' || md5(c.conversation_sid || p), c.conversation_sid, c.account_sid,
                CASE p WHEN 2 THEN 'Kim "the agent", O''Hara' END, CASE p WHEN 1 THEN c.customer_addresses[1] END,
                CASE p WHEN 1 THEN c.our_address END, CASE p WHEN 1 THEN 'sms' END, '{}', c.started_at, c.started_at,
                ARRAY['webhook'], ''
            FROM store.conversations c
            CROSS JOIN generate_series(1, 2) p
            WHERE c.account_sid = ?
            """;

    private static final String MESSAGES = """
            INSERT INTO store.messages (
                message_sid, conversation_sid, account_sid, index, author, body, attributes, attributes_json, media, sent_at,
                edited_at, removed_at, is_stub, first_received_at, sources, versions, author_kind
            )
            SELECT
                'IM' || md5(c.conversation_sid || i),
                c.conversation_sid,
                c.account_sid,
                i,
                CASE WHEN i % 2 = 0 THEN c.customer_addresses[1] ELSE 'Kim "the agent", O''Hara' END,
                a.texts[1 + (c.n * 7 + i) % cardinality(a.texts)],
                CASE WHEN i % 3 = 0 THEN '{"k": "=1"}' END,
                CASE WHEN i % 3 = 0 THEN '{"k": "=1", "n": 1234567890.5}'::jsonb END,
                CASE
                    WHEN i % 10 = 4 THEN jsonb_build_array(
                        jsonb_build_object(
                            'sid', 'ME' || md5(c.conversation_sid || i), 'contentType', 'image/jpeg', 'sizeBytes', 4711,
                            'filename', '=1+1.jpg'
                        )
                    )
                END,
                c.started_at + i * interval '1.000001 second',
                CASE WHEN i % 11 = 3 THEN c.started_at + interval '1 hour' END,
                CASE WHEN i % 13 = 5 THEN c.started_at + interval '2 hours' END,
                false,
                c.started_at + i * interval '1.5 second',
                ARRAY['webhook'],
                '',
                CASE WHEN i % 2 = 0 THEN 'customer' ELSE 'agent' END
            FROM (SELECT ? AS sid, ?::integer AS messages, ?::text[] AS texts) a
            JOIN LATERAL (
                SELECT s.*, row_number() OVER (ORDER BY s.started_at) AS n FROM store.conversations s WHERE s.account_sid = a.sid
            ) c ON true
            CROSS JOIN LATERAL generate_series(0, a.messages - 1) i
            """;

    private static final String DELIVERIES = """
            INSERT INTO store.deliveries (
                channel_message_sid, account_sid, message_sid, conversation_sid, from_address, to_address, statuses, status,
                error_code, first_received_at, last_received_at, sources, versions
            )
            SELECT
                'SM' || md5(m.message_sid), m.account_sid, m.message_sid, m.conversation_sid, '+15550199', m.author,
                ARRAY['sent', 'delivered'], 'delivered', CASE WHEN m.index % 7 = 1 THEN 30003 END, m.first_received_at,
                m.first_received_at + interval '2 seconds', ARRAY['status_callback'], ''
            FROM store.messages m
            WHERE m.account_sid = ? AND m.author_kind = 'agent'
            """;

    private static final String DELIVERIES_OF_NO_CONVERSATION = """
            INSERT INTO store.deliveries (
                channel_message_sid, account_sid, statuses, status, first_received_at, last_received_at, sources, versions
            )
            SELECT
                'SM' || md5(a.sid || 'alone' || d), a.sid, ARRAY['sent'], 'sent', timestamptz '2026-10-01Z',
                timestamptz '2026-10-01Z', ARRAY['status_callback'], ''
            FROM (SELECT ? AS sid, ?::integer AS number) a
            CROSS JOIN LATERAL generate_series(1, a.number) d
            """;

    private static final String DELIVERY_EVENTS = """
            INSERT INTO store.delivery_events (
                channel_message_sid, account_sid, status, error_code, occurred_at, received_at, source, carrier_done_date
            )
            SELECT
                d.channel_message_sid, d.account_sid, s.status, NULL, NULL, d.first_received_at + s.position * interval '1 second',
                'status_callback', CASE s.position WHEN 2 THEN '2610010000' END
            FROM store.deliveries d
            CROSS JOIN LATERAL unnest(d.statuses) WITH ORDINALITY AS s (status, position)
            WHERE d.account_sid = ?
            """;

    private static final String EXECUTIONS = """
            INSERT INTO store.flow_executions (
                execution_sid, account_sid, flow_sid, conversation_sid, started_at, ended_at, ended_reason, answers,
                first_received_at, sources, versions
            )
            SELECT
                'FN' || md5(c.conversation_sid), c.account_sid, 'FW' || md5('flow'), nullif(c.conversation_sid, o.outside),
                c.started_at, c.started_at + interval '1 minute', 'ended', '{"pet": "=dog", "age": 3}', c.started_at,
                ARRAY['event_stream'], ''
            FROM store.conversations c
            CROSS JOIN LATERAL (
                SELECT CASE WHEN right(c.conversation_sid, 1) = '0' THEN c.conversation_sid END AS outside
            ) o
            WHERE c.account_sid = ?
            """;

    private static final String HANDOFFS = """
            INSERT INTO store.handoffs (
                handoff_id, account_sid, conversation_sid, trigger, reason, status, requested_at, deadline_at, next_check_at,
                ready_at
            )
            SELECT
                md5(c.conversation_sid), c.account_sid, c.conversation_sid, 'flow_ended', '=reason', 'settling', c.started_at,
                c.started_at, c.started_at, NULL
            FROM store.conversations c
            WHERE c.account_sid = ?
            """;

    private ExportRows() {}

    /// @param texts of the messages, one after the other; null is a message without a text
    static void make(
            Connection superuser, String account, int conversations, int messages, List<@Nullable String> texts)
            throws SQLException {
        var array = superuser.createArrayOf("text", texts.toArray());
        insert(superuser, CONVERSATIONS, account, conversations, messages, array);
        insert(superuser, PARTICIPANTS, account);
        insert(superuser, MESSAGES, account, messages, array);
        insert(superuser, DELIVERIES, account);
        insert(superuser, DELIVERIES_OF_NO_CONVERSATION, account, conversations);
        insert(superuser, DELIVERY_EVENTS, account);
        insert(superuser, EXECUTIONS, account);
        insert(superuser, HANDOFFS, account);
        try (var statement = superuser.createStatement()) {
            statement.execute("ANALYZE");
        }
    }

    private static void insert(Connection connection, String sql, Object... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}

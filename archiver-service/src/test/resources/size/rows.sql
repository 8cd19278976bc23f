-- Rows of the conversations :first to :last. Even messages are the customer's, odd ones ours; of ours every seventeenth fails.
INSERT INTO store.messages (
    message_sid, conversation_sid, account_sid, index, author, body, sent_at, first_received_at, sources, versions, is_stub,
    is_announced, author_kind
)
SELECT
    'IM' || md5('size ' || c.n || ' ' || i),
    c.conversation_sid,
    c.account_sid,
    i,
    CASE WHEN i % 2 = 0 THEN c.customer_address ELSE c.our_address END,
    t.body || CASE WHEN (c.n + i) % 10 = 0 THEN ' order ' || c.n * 400 + i ELSE '' END,
    c.started_at + interval '1 second' * c.pause * i,
    c.started_at + interval '1 second' * c.pause * i,
    '{webhook}',
    '\x',
    false,
    true,
    CASE WHEN i % 2 = 0 THEN 'customer' WHEN c.flow_sid IS NOT NULL AND i < 8 THEN 'flow' ELSE 'agent' END
FROM size.conversations c
CROSS JOIN generate_series(0, c.message_count - 1) i
JOIN size.texts t ON
    t.n = CASE WHEN i % 2 = 1 AND i < 8 THEN (c.n % 7) * 7 + i / 2 ELSE 50 + abs(hashint4(c.n * 401 + i)) % 99950 END
WHERE c.n BETWEEN :first AND :last
ORDER BY c.n, i;

INSERT INTO store.message_search (message_sid, conversation_sid, account_sid, sent_at, language, document)
SELECT
    'IM' || md5('size ' || c.n || ' ' || i),
    c.conversation_sid,
    c.account_sid,
    c.started_at + interval '1 second' * c.pause * i,
    t.language,
    CASE
        WHEN (c.n + i) % 10 = 0 THEN t.document || to_tsvector('simple', 'order ' || c.n * 400 + i)
        ELSE t.document
    END
FROM size.conversations c
CROSS JOIN generate_series(0, c.message_count - 1) i
JOIN size.texts t ON
    t.n = CASE WHEN i % 2 = 1 AND i < 8 THEN (c.n % 7) * 7 + i / 2 ELSE 50 + abs(hashint4(c.n * 401 + i)) % 99950 END
WHERE c.n BETWEEN :first AND :last
ORDER BY c.n, i;

INSERT INTO store.deliveries (
    channel_message_sid, account_sid, delivery_receipt_sid, message_sid, conversation_sid, from_address, to_address, statuses,
    status, error_at, error_code, first_received_at, last_received_at, sources, versions
)
SELECT
    'SM' || md5('size ' || c.n || ' ' || i),
    c.account_sid,
    'DY' || md5('size ' || c.n || ' ' || i),
    'IM' || md5('size ' || c.n || ' ' || i),
    c.conversation_sid,
    c.our_address,
    c.customer_address,
    CASE s.status WHEN 'sent' THEN ARRAY['sent'] ELSE ARRAY['sent', s.status] END,
    s.status,
    CASE WHEN s.status = 'undelivered' THEN c.started_at END,
    CASE WHEN s.status = 'undelivered' THEN (ARRAY[30003, 30003, 30005, 30007, 21610])[1 + c.n % 5] END,
    c.started_at + interval '1 second' * c.pause * i,
    c.started_at + interval '1 second' * (c.pause * i + 2),
    '{webhook}',
    '\x'
FROM size.conversations c
CROSS JOIN generate_series(1, c.message_count - 1, 2) i
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN (c.n + i) % 17 = 0 THEN 'undelivered'
            WHEN c.channel = 'whatsapp' AND c.n % 3 = 0 THEN 'read'
            WHEN c.n % 20 = 7 THEN 'sent'
            ELSE 'delivered'
        END AS status
) s
WHERE c.n BETWEEN :first AND :last
ORDER BY c.n, i;

INSERT INTO store.delivery_events (channel_message_sid, account_sid, status, error_code, occurred_at, received_at, source)
SELECT d.channel_message_sid, d.account_sid, s.status, d.error_code, d.first_received_at, d.last_received_at, 'webhook'
FROM size.conversations c
JOIN store.deliveries d ON d.conversation_sid = c.conversation_sid
CROSS JOIN unnest(d.statuses) AS s (status)
WHERE c.n BETWEEN :first AND :last;

INSERT INTO store.participants (
    participant_sid, conversation_sid, account_sid, address, proxy_address, binding_type, joined_at, first_received_at, sources,
    versions
)
SELECT
    'MB' || md5('size ' || c.n), c.conversation_sid, c.account_sid, c.customer_address, c.our_address, c.channel, c.started_at,
    c.started_at, '{webhook}', '\x'
FROM size.conversations c
WHERE c.n BETWEEN :first AND :last;

INSERT INTO store.flow_executions (
    execution_sid, account_sid, flow_sid, conversation_sid, started_at, ended_at, ended_reason, answers, first_received_at, sources,
    versions
)
SELECT
    'FN' || md5('size ' || c.n),
    c.account_sid,
    c.flow_sid,
    c.conversation_sid,
    c.started_at,
    c.started_at + interval '1 second' * c.pause * 4,
    CASE WHEN c.n % 9 = 0 THEN 'no answer' ELSE 'agent wanted' END,
    CASE c.n % 3
        WHEN 0 THEN jsonb_build_object('topic', 'order')
        WHEN 1 THEN jsonb_build_object('topic', 'invoice', 'order_number', c.n::text)
        ELSE jsonb_build_object('topic', 'order', 'order_number', c.n::text, 'call_back', 'yes')
    END,
    c.started_at,
    '{flow_ended}',
    '\x'
FROM size.conversations c
WHERE c.n BETWEEN :first AND :last AND c.flow_sid IS NOT NULL;

INSERT INTO store.conversations (
    conversation_sid, account_sid, state, started_at, closed_at, first_received_at, sources, versions, customer_addresses,
    our_address, channel, last_message_at, message_count, inbound_count, outbound_count, failed_count, first_response_seconds,
    highest_index, highest_kept_index, missing_count, missing_since, listed_at, listed_through, verified_at, verified_through_index
)
SELECT
    c.conversation_sid,
    c.account_sid,
    CASE WHEN c.n % 3 = 0 THEN 'active' ELSE 'closed' END,
    c.started_at,
    CASE WHEN c.n % 3 > 0 THEN c.started_at + interval '1 second' * c.pause * (c.message_count + 5) END,
    c.started_at,
    '{webhook}',
    '\x',
    ARRAY[c.customer_address],
    c.our_address,
    c.channel,
    c.started_at + interval '1 second' * c.pause * (c.message_count - 1),
    c.message_count,
    (c.message_count + 1) / 2,
    c.message_count / 2,
    f.failed_count,
    c.pause,
    c.message_count - 1,
    c.message_count - 1,
    CASE WHEN c.n % 100 = 0 THEN 1 ELSE 0 END,
    CASE WHEN c.n % 100 = 0 THEN c.started_at END,
    CASE WHEN c.n % 50 <> 1 THEN c.started_at + interval '1 hour' END,
    CASE WHEN c.n % 50 <> 1 THEN c.message_count - 1 END,
    CASE WHEN c.n % 50 <> 1 THEN c.started_at + interval '1 hour' END,
    CASE WHEN c.n % 50 <> 1 THEN c.message_count - 1 END
FROM size.conversations c
CROSS JOIN LATERAL (
    SELECT count(*) AS failed_count
    FROM generate_series(1, c.message_count - 1, 2) i
    WHERE (c.n + i) % 17 = 0
) f
WHERE c.n BETWEEN :first AND :last;

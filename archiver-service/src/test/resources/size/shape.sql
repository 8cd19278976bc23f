-- What the store of SizeMeasurement is made of: words, texts and conversations, in a schema of its own that is dropped in the end.
-- :conversations is replaced. Everything depends on the number of the row, so a run can be repeated.
CREATE SCHEMA size;

-- Two thousand words, the first of them very frequent, as in any language.
CREATE UNLOGGED TABLE size.words AS
SELECT
    n,
    CASE
        WHEN n <= 60 THEN (string_to_array(
            'the I to you my is it a for and have not order please when can of me we in hello thanks with on this was your are be need help '
                || 'today delivery number address still call tomorrow yes no ok refund parcel late received want change appointment '
                || 'price invoice account morning right back sorry waiting sent problem',
            ' '
        ))[n]
        ELSE substr(translate(md5(n || 'word'), '0123456789', 'aeioulnrst'), 1, 4 + n % 6)
    END AS word
FROM generate_series(1, 2000) n;
ALTER TABLE size.words ADD PRIMARY KEY (n);
ANALYZE size.words;

-- A hundred thousand texts; the first fifty are a flow's, which says the same again and again.
CREATE UNLOGGED TABLE size.texts AS
SELECT
    s.n,
    t.body,
    'english' AS language,
    to_tsvector('simple', t.body) || to_tsvector('english', t.body) AS document
FROM generate_series(0, 99999) AS s (n)
CROSS JOIN LATERAL (
    SELECT
        string_agg(
            (
                SELECT w.word
                FROM size.words w
                WHERE w.n = 1 + floor(2000 * power((hashint4extended(s.n * 64 + g.k, 7) & 65535) / 65536.0, 4))::integer
            ),
            ' ' ORDER BY g.k
        ) AS body
    FROM generate_series(1, 3 + (hashint4(s.n) & 15)) AS g (k)
) t;
ALTER TABLE size.texts ADD PRIMARY KEY (n);

-- Two years of conversations, more of them by day than by night, of a third as many customers, with a few messages each and now and
-- then very many.
CREATE UNLOGGED TABLE size.conversations AS
SELECT
    n,
    'CH' || md5('size ' || n) AS conversation_sid,
    'AC' || md5('account ' || n % 4) AS account_sid,
    '+1202555' || to_char(n % 40, 'FM0000') AS our_address,
    CASE WHEN n % 4 = 3 THEN 'whatsapp:' ELSE '' END
        || '+1415' || to_char(abs(hashint4(n)) % (:conversations / 3), 'FM0000000') AS customer_address,
    CASE WHEN n % 4 = 3 THEN 'whatsapp' ELSE 'sms' END AS channel,
    CASE WHEN n % 10 < 6 THEN 'FW' || md5('flow ' || n % 7) END AS flow_sid,
    date_trunc('day', now()) - interval '730 days' + interval '1 day' * floor(730.0 * n / :conversations)
        + interval '1 hour' * (ARRAY[0, 6, 7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 16, 17, 18, 20, 22])[1 + abs(hashint4(n + 1)) % 24]
        + interval '1 second' * (abs(hashint4(n + 2)) % 3600) AS started_at,
    least(2 + floor(-8.6 * ln(1 - (hashint4extended(n, 3) & 65535) / 65536.0)), 400)::integer AS message_count,
    1 + abs(hashint4(n + 3)) % 600 AS pause
FROM generate_series(1, :conversations) n;
ALTER TABLE size.conversations ADD PRIMARY KEY (n);

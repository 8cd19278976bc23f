-- Error texts in more than one language. The rows come from db/error-codes.csv, see ErrorCatalogueMigration.

DELETE FROM store.error_codes;
ALTER TABLE store.error_codes
    ADD COLUMN language text NOT NULL, -- ISO 639 code, lower case
    DROP CONSTRAINT error_codes_pkey,
    ADD PRIMARY KEY (error_code, language);

-- What analysts read is English.
CREATE OR REPLACE VIEW transcripts.messages AS
SELECT
    m.message_sid,
    m.conversation_sid,
    m.account_sid,
    m.index,
    m.author,
    m.author_kind,
    CASE WHEN m.author_kind = 'customer' THEN 'inbound' ELSE 'outbound' END AS direction,
    m.participant_sid,
    CASE WHEN m.removed_at IS NULL THEN m.body END AS body,
    CASE WHEN m.removed_at IS NULL THEN m.attributes END AS attributes,
    CASE WHEN m.removed_at IS NULL THEN m.attributes_json END AS attributes_json,
    CASE WHEN m.removed_at IS NULL THEN coalesce(jsonb_array_length(m.media), 0) ELSE 0 END AS media_count,
    m.sent_at,
    m.first_received_at AS received_at,
    m.edited_at,
    m.removed_at,
    d.delivery_status,
    d.delivery_error_code,
    coalesce(e.meaning, d.delivery_error_text) AS delivery_error,
    coalesce(d.is_contradictory, false) AS is_contradictory,
    m.is_stub,
    m.sources
FROM store.messages m
LEFT JOIN LATERAL (
    SELECT
        CASE
            WHEN count(DISTINCT r.status) = 1 THEN min(r.status)
            WHEN bool_or(r.status IN ('delivered', 'read')) AND bool_or(r.status IN ('failed', 'undelivered'))
                THEN 'partially_delivered'
            ELSE (array_agg(r.status ORDER BY store.status_rank(r.status), r.status))[1]
        END AS delivery_status,
        (array_agg(r.error_code ORDER BY r.error_at, r.error_code) FILTER (WHERE r.error_code IS NOT NULL))[1] AS delivery_error_code,
        (array_agg(r.error_text ORDER BY r.error_at, r.error_code) FILTER (WHERE r.error_code IS NOT NULL))[1] AS delivery_error_text,
        bool_or(r.statuses && ARRAY['failed', 'undelivered'] AND r.statuses && ARRAY['delivered', 'read']) AS is_contradictory
    FROM store.deliveries r
    WHERE r.message_sid = m.message_sid
) d ON true
LEFT JOIN store.error_codes e ON e.error_code = d.delivery_error_code AND e.language = 'en';

CREATE OR REPLACE VIEW transcripts.deliveries AS
SELECT
    d.channel_message_sid,
    d.account_sid,
    d.delivery_receipt_sid,
    d.message_sid,
    d.conversation_sid,
    d.participant_sid,
    d.from_address,
    coalesce(d.to_address, p.address) AS to_address,
    d.status,
    d.error_code,
    coalesce(d.error_text, e.meaning) AS error_text,
    e.advice AS error_advice,
    d.first_received_at AS first_seen_at,
    d.last_received_at AS last_seen_at,
    d.status IN ('canceled', 'failed', 'undelivered', 'delivered', 'read') AS is_final,
    d.statuses && ARRAY['failed', 'undelivered'] AND d.statuses && ARRAY['delivered', 'read'] AS is_contradictory,
    d.sources
FROM store.deliveries d
LEFT JOIN store.participants p ON p.participant_sid = d.participant_sid
LEFT JOIN store.error_codes e ON e.error_code = d.error_code AND e.language = 'en';

REVOKE INSERT, UPDATE ON store.error_codes FROM transcripts_archiver;
GRANT SELECT ON store.error_codes TO transcripts_notifier;

-- The schema's own version, and a view for people who know another name for the same. See docs/adr/037-the-schema-as-a-contract.md.

CREATE TABLE store.schema_versions (
    version integer PRIMARY KEY,
    changes text    NOT NULL
);
INSERT INTO store.schema_versions (version, changes)
VALUES
    (1, 'The views of conversations, messages, people, deliveries, flows and handoffs; transcript() and search().'),
    (2, 'Teams; the masked views in schema transcripts_masked; reads. search() takes an address, an account and a time, and gives author_kind, language and highlight. Counts by day and hour: conversations_daily, response_times, completeness_daily, messages_hourly, delivery_funnel, delivery_failures, flow_outcomes, flow_steps; returning_customers. twilio__message_enhanced.');

CREATE VIEW transcripts.schema_versions AS
SELECT v.version, v.changes, v.version = max(v.version) OVER () AS is_current
FROM store.schema_versions v;

COMMENT ON VIEW transcripts.schema_versions IS 'One row per version of this schema. A name or meaning that is here changes with a new version only; what is added may come with any release.';
COMMENT ON COLUMN transcripts.schema_versions.version IS 'Version: 1, 2, 3 ...';
COMMENT ON COLUMN transcripts.schema_versions.changes IS 'What it brought.';
COMMENT ON COLUMN transcripts.schema_versions.is_current IS 'Whether it is the version of this database.';

CREATE VIEW transcripts.twilio__message_enhanced AS
SELECT
    m.message_sid AS message_id,
    m.account_sid AS account_id,
    c.messaging_service_sid AS messaging_service_id,
    m.sent_at AS timestamp_sent,
    (m.sent_at AT TIME ZONE 'UTC')::date AS date_day,
    date_trunc('week', m.sent_at AT TIME ZONE 'UTC')::date AS date_week,
    date_trunc('month', m.sent_at AT TIME ZONE 'UTC')::date AS date_month,
    m.sent_at AS created_at,
    CASE m.direction WHEN 'inbound' THEN 'inbound' ELSE 'outbound-api' END AS direction,
    c.customer_address AS phone_number,
    m.body,
    length(m.body) AS num_characters,
    CASE WHEN m.body <> '' THEN cardinality(regexp_split_to_array(btrim(m.body), '\s+')) ELSE 0 END AS num_words,
    CASE m.direction WHEN 'inbound' THEN 'received' ELSE m.delivery_status END AS status,
    m.delivery_error_code AS error_code,
    m.delivery_error AS error_message,
    m.media_count AS num_media,
    NULL::integer AS num_segments,
    NULL::numeric AS price,
    NULL::text AS price_unit,
    coalesce(m.edited_at, m.sent_at) AS updated_at,
    m.conversation_sid,
    m.account_sid
FROM transcripts.messages m
LEFT JOIN transcripts.conversations c ON c.conversation_sid = m.conversation_sid
WHERE NOT m.is_stub;

COMMENT ON VIEW transcripts.twilio__message_enhanced IS 'One row per message of a conversation, in the columns of the model of the same name that Fivetran''s dbt package for Twilio makes, for queries that were written for it.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.message_id IS 'SID of the conversation''s message (IM), not of the channel''s (SM): that is in deliveries.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.account_id IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.messaging_service_id IS 'Messaging service (MG). Null until a source names it.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.timestamp_sent IS 'messages.sent_at. Null: not told.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.date_day IS 'Its day (UTC). Null likewise.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.date_week IS 'The Monday of its week (UTC). Null likewise.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.date_month IS 'The first day of its month (UTC). Null likewise.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.created_at IS 'The same as timestamp_sent: Conversations tells one time. Null likewise.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.direction IS 'inbound or outbound-api.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.phone_number IS 'The customer''s address. Null where there is none or there are several.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.body IS 'The text. Null where it was removed or is not known.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.num_characters IS 'Its length in characters. Null likewise.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.num_words IS 'Words in it, separated by white space. 0 without a text.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.status IS 'received for inbound, else messages.delivery_status. Null without receipts.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.error_code IS 'First error code. Null: none.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.error_message IS 'That error in plain words, or in the channel''s. Null: none.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.num_media IS 'Attachments.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.num_segments IS 'Always null: Conversations does not tell.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.price IS 'Always null: Conversations does not tell.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.price_unit IS 'Always null: Conversations does not tell.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.updated_at IS 'messages.edited_at, or sent_at where it was not edited. Null: neither was told.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.conversation_sid IS 'Its conversation (CH); not in Fivetran''s model.';
COMMENT ON COLUMN transcripts.twilio__message_enhanced.account_sid IS 'account_id by the name that all views here have.';

-- Comments that left open when a value is null.
COMMENT ON COLUMN transcripts.messages.author IS 'As Twilio told it: an address, a chat identity, system, or what an API client set. Null: not told.';
COMMENT ON COLUMN transcripts.messages.sent_at IS 'Twilio''s creation time; an API client may set it, so it orders nothing. Null: not told.';
COMMENT ON COLUMN transcripts.messages.delivery_error IS 'That error in plain words, or in the channel''s. Null: none.';
COMMENT ON COLUMN transcripts.participants.attributes IS 'Attributes as they came, JSON text. Null: none were told.';
COMMENT ON COLUMN transcripts.participants.joined_at IS 'Twilio''s time of joining. Null: not told.';
COMMENT ON COLUMN transcripts.users.service_sid IS 'Conversations service (IS). Null: not told.';
COMMENT ON COLUMN transcripts.users.identity IS 'Chat identity. Null: not told.';
COMMENT ON COLUMN transcripts.users.attributes IS 'Attributes as they came, JSON text. Null: none were told.';
COMMENT ON COLUMN transcripts.users.created_at IS 'Twilio''s creation time. Null: not told.';
COMMENT ON COLUMN transcripts.deliveries.error_text IS 'The channel''s own words, or ours for a known code. Null: none.';
COMMENT ON COLUMN transcripts.flow_executions.ended_at IS 'When it ended, or when we heard of it where that was told without a time; the earliest of these. Null: no end was told.';
COMMENT ON COLUMN transcripts.flow_executions.ended_reason IS 'As the flow or Studio told it. Null: not told.';
COMMENT ON COLUMN transcripts.flow_executions.answers IS 'What the flow collected and passed on, a JSON object. Null: nothing was told.';
COMMENT ON COLUMN transcripts.handoffs.reason IS 'Why the flow ended, in the flow author''s words. Null: not told.';
COMMENT ON COLUMN transcripts.handoffs.verdict IS 'Verdict at that time. Null while settling.';
COMMENT ON COLUMN transcripts.handoffs.message_count IS 'Messages in the snapshot. Null while settling.';
COMMENT ON COLUMN transcripts.handoffs.content_sha256 IS 'Hash of the snapshot, lower-case hexadecimal. Null while settling.';
COMMENT ON COLUMN transcripts.handoff_deliveries.first_attempt_at IS 'When it was first tried. Null: not yet.';
COMMENT ON COLUMN transcripts.handoff_deliveries.message_id IS 'Message-ID of the mail, webhook-id of a webhook; the same for every attempt. Null: it has none.';
COMMENT ON COLUMN transcripts.handoff_deliveries.response IS 'The other side''s last words, or ours where it said nothing. Null: not tried.';
COMMENT ON COLUMN transcripts.handoff_deliveries.content_sha256 IS 'Hash of what was sent, lower-case hexadecimal. Null: not made yet.';
COMMENT ON COLUMN transcripts.handoff_attempts.response IS 'The other side''s words, or ours where it said nothing. Null while it is on its way.';
COMMENT ON COLUMN transcripts.twilio_errors.level IS 'ERROR, WARNING, ... as Twilio spells it. Null: not told.';
COMMENT ON COLUMN transcripts.twilio_errors.product_name IS 'Product of Twilio that logged it. Null: not told.';
COMMENT ON COLUMN transcripts.twilio_errors.logged_at IS 'When Twilio logged it. Null: not told.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.record_key IS 'The key as it came. Null: it had none.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.record_value IS 'The value as it came. Null: it had none.';

ALTER VIEW transcripts.schema_versions OWNER TO transcripts_reader;
ALTER VIEW transcripts.twilio__message_enhanced OWNER TO transcripts_reader;
GRANT SELECT ON store.schema_versions TO transcripts_reader;
GRANT SELECT ON transcripts.schema_versions, transcripts.twilio__message_enhanced
    TO transcripts_archiver, transcripts_analyst, transcripts_auditor;

-- The counts show no person, so the masked ones are the same.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['conversations_daily', 'response_times', 'completeness_daily', 'messages_hourly', 'delivery_funnel',
                                'delivery_failures', 'flow_steps', 'search_freshness', 'answers_freshness', 'schema_versions']
    LOOP
        EXECUTE format('CREATE VIEW transcripts_masked.%1$I AS SELECT * FROM transcripts.%1$I', name);
    END LOOP;
END
$$;

-- Why a flow ended is its author's word or a customer's, nobody knows.
CREATE VIEW transcripts_masked.flow_outcomes AS
SELECT
    f.day, f.account_sid, f.our_address, f.flow_sid, f.is_ended, length(f.ended_reason) AS ended_reason_length, f.execution_count,
    f.handed_over_count, f.median_duration_seconds
FROM transcripts.flow_outcomes f;
COMMENT ON COLUMN transcripts_masked.flow_outcomes.ended_reason_length IS 'Characters of the reason. Null: not told, or not ended.';

CREATE VIEW transcripts_masked.returning_customers AS
SELECT
    r.conversation_sid,
    r.account_sid,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(r.customer_address, 'UTF8'))), 'hex'), 32)
        AS customer_address,
    r.our_address,
    r.channel,
    r.started_at,
    r.visit,
    r.previous_conversation_sid,
    r.days_since_previous
FROM transcripts.returning_customers r
CROSS JOIN store.masking_key k;
COMMENT ON COLUMN transcripts_masked.returning_customers.customer_address IS 'Pseudonym of the customer''s address. Never null.';

-- What is the same is said in the same words.
DO $$
DECLARE
    said record;
BEGIN
    FOR said IN
        SELECT
            CASE d.objsubid
                WHEN 0 THEN format('VIEW transcripts_masked.%I', masked.relname)
                ELSE format('COLUMN transcripts_masked.%I.%I', masked.relname, a.attname)
            END AS object,
            d.description
        FROM pg_class masked
        JOIN pg_class open ON open.relname = masked.relname AND open.relnamespace = 'transcripts'::regnamespace
        JOIN pg_description d ON d.objoid = open.oid AND d.classoid = 'pg_class'::regclass
        LEFT JOIN pg_attribute source ON source.attrelid = open.oid AND source.attnum = d.objsubid
        LEFT JOIN pg_attribute a ON a.attrelid = masked.oid AND a.attname = source.attname
        WHERE masked.relnamespace = 'transcripts_masked'::regnamespace
            AND (d.objsubid = 0 OR a.attnum IS NOT NULL)
            AND (
                (d.objsubid = 0 AND obj_description(masked.oid, 'pg_class') IS NULL)
                OR (d.objsubid > 0 AND col_description(masked.oid, a.attnum) IS NULL)
            )
    LOOP
        EXECUTE format('COMMENT ON %s IS %L', said.object, said.description);
    END LOOP;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['conversations_daily', 'response_times', 'completeness_daily', 'messages_hourly', 'delivery_funnel',
                                'delivery_failures', 'flow_steps', 'flow_outcomes', 'returning_customers', 'search_freshness',
                                'answers_freshness', 'schema_versions']
    LOOP
        EXECUTE format('ALTER VIEW transcripts_masked.%I OWNER TO transcripts_reader', name);
        EXECUTE format('GRANT SELECT ON transcripts_masked.%I TO transcripts_masked', name);
    END LOOP;
END
$$;

-- The public interface for analysts: views only. Every view and column carries a comment; names and meanings change
-- only with a note in CHANGELOG.md.

CREATE SCHEMA transcripts;

-- Rank of a delivery status; the furthest one is the state. Must agree with DeliveryStatus.java (a test compares them).
CREATE FUNCTION store.status_rank(status text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE status
        WHEN 'accepted' THEN 1
        WHEN 'scheduled' THEN 1
        WHEN 'queued' THEN 2
        WHEN 'sending' THEN 3
        WHEN 'sent' THEN 4
        WHEN 'canceled' THEN 5
        WHEN 'partially_delivered' THEN 6
        WHEN 'failed' THEN 7
        WHEN 'undelivered' THEN 8
        WHEN 'delivered' THEN 9
        WHEN 'read' THEN 10
        ELSE 0
    END;

-- The channel behind a binding. Twilio's type where it says one, else the address prefix.
CREATE FUNCTION store.channel_of(binding_type text, address text, identity text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN lower(binding_type) IN ('sms', 'mms', 'group_mms', 'whatsapp', 'messenger', 'rcs', 'chat', 'email')
            THEN lower(binding_type)
        WHEN address LIKE 'whatsapp:%' THEN 'whatsapp'
        WHEN address LIKE 'messenger:%' THEN 'messenger'
        WHEN address LIKE 'rcs:%' THEN 'rcs'
        WHEN address LIKE '%@%' THEN 'email'
        WHEN address LIKE '+%' THEN 'sms'
        WHEN address IS NULL AND identity IS NOT NULL THEN 'chat'
        ELSE 'other'
    END;


CREATE VIEW transcripts.conversations AS
SELECT
    c.conversation_sid,
    c.account_sid,
    c.service_sid,
    c.messaging_service_sid,
    c.unique_name,
    c.friendly_name,
    c.attributes,
    c.attributes_json,
    CASE WHEN c.closed_at IS NULL THEN c.state ELSE 'closed' END AS state,
    CASE WHEN cardinality(c.customer_addresses) = 1 THEN c.customer_addresses[1] END AS customer_address,
    c.customer_addresses,
    c.our_address,
    c.channel,
    c.started_at,
    c.last_message_at,
    c.closed_at,
    c.message_count,
    c.inbound_count,
    c.outbound_count,
    c.failed_count,
    c.first_response_seconds,
    c.highest_index,
    c.missing_count,
    c.repaired_count,
    c.silent_count,
    CASE WHEN g.is_gap THEN 'gap' ELSE 'unverified' END AS verdict,
    CASE
        WHEN g.is_gap THEN
            c.missing_count || CASE c.missing_count WHEN 1 THEN ' message is' ELSE ' messages are' END || ' missing'
                || coalesce(', the first at index ' || c.missing_index, '')
        ELSE 'not yet compared with the list that Twilio keeps'
    END AS verdict_reason,
    c.verified_through_index,
    c.verified_at,
    c.removed_at,
    c.first_received_at,
    c.sources
FROM store.conversations c
CROSS JOIN store.verdict_settings s
-- a message is late before it is missing
CROSS JOIN LATERAL (SELECT c.missing_count > 0 AND c.missing_since + s.missing_grace < now() AS is_gap) g;

COMMENT ON VIEW transcripts.conversations IS 'One row per conversation.';
COMMENT ON COLUMN transcripts.conversations.conversation_sid IS 'Twilio''s SID of the conversation (CH).';
COMMENT ON COLUMN transcripts.conversations.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.conversations.service_sid IS 'Conversations service (IS). Null until a source names it.';
COMMENT ON COLUMN transcripts.conversations.messaging_service_sid IS 'Messaging service (MG). Null until a source names it.';
COMMENT ON COLUMN transcripts.conversations.unique_name IS 'Twilio''s unique name. Null: none was told.';
COMMENT ON COLUMN transcripts.conversations.friendly_name IS 'Twilio''s friendly name. Null: none was told.';
COMMENT ON COLUMN transcripts.conversations.attributes IS 'Attributes as they came, JSON text. Null: none were told.';
COMMENT ON COLUMN transcripts.conversations.attributes_json IS 'Attributes as jsonb; null where they are not storable JSON (not JSON, over 64 KB, deeper than 64, a NUL inside).';
COMMENT ON COLUMN transcripts.conversations.state IS 'initializing, active, inactive, closed, or what Twilio invents next. closed stays closed. Null: not told.';
COMMENT ON COLUMN transcripts.conversations.customer_address IS 'The customer''s address (E.164, whatsapp:+...). Null where there is none or there are several.';
COMMENT ON COLUMN transcripts.conversations.customer_addresses IS 'All customer addresses, sorted. Empty for a chat without addresses.';
COMMENT ON COLUMN transcripts.conversations.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.conversations.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other; from the participants'' binding and the address prefix.';
COMMENT ON COLUMN transcripts.conversations.started_at IS 'When Twilio says that the conversation was created. Null: not told.';
COMMENT ON COLUMN transcripts.conversations.last_message_at IS 'The latest sent_at of a message. Null without messages.';
COMMENT ON COLUMN transcripts.conversations.closed_at IS 'When it was first seen as closed. Null while open.';
COMMENT ON COLUMN transcripts.conversations.message_count IS 'Messages known with their content, removed ones included, stubs not.';
COMMENT ON COLUMN transcripts.conversations.inbound_count IS 'Of these, written by customers.';
COMMENT ON COLUMN transcripts.conversations.outbound_count IS 'Of these, written by agents, flows and systems.';
COMMENT ON COLUMN transcripts.conversations.failed_count IS 'Messages with a delivery that ended as failed or undelivered.';
COMMENT ON COLUMN transcripts.conversations.first_response_seconds IS 'Seconds from the first customer message to the next message that is not the customer''s. Null: none yet.';
COMMENT ON COLUMN transcripts.conversations.highest_index IS 'Highest message index known. Null without messages.';
COMMENT ON COLUMN transcripts.conversations.missing_count IS 'Messages that must exist and are not here: holes below the highest index, or messages known only from a receipt, whichever is more.';
COMMENT ON COLUMN transcripts.conversations.repaired_count IS 'Messages whose webhook should have come and did not, found by asking Twilio.';
COMMENT ON COLUMN transcripts.conversations.silent_count IS 'Messages that had no webhook by design (made through the REST API), found by asking Twilio.';
COMMENT ON COLUMN transcripts.conversations.verdict IS 'complete, reconciling, gap or unverified.';
COMMENT ON COLUMN transcripts.conversations.verdict_reason IS 'Why, in one sentence.';
COMMENT ON COLUMN transcripts.conversations.verified_through_index IS 'Index through which Twilio''s list confirmed the rows. Null: never compared.';
COMMENT ON COLUMN transcripts.conversations.verified_at IS 'When it was last compared. Null: never.';
COMMENT ON COLUMN transcripts.conversations.removed_at IS 'When it was deleted at Twilio; the rows are kept. Null: it was not.';
COMMENT ON COLUMN transcripts.conversations.first_received_at IS 'When we first heard of it.';
COMMENT ON COLUMN transcripts.conversations.sources IS 'Which sources told of it: webhook, status_callback, flow_ended, event_stream, rest.';

CREATE VIEW transcripts.messages AS
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
LEFT JOIN store.error_codes e ON e.error_code = d.delivery_error_code;

COMMENT ON VIEW transcripts.messages IS 'One row per message. A message known only from a delivery receipt has no index and no body yet.';
COMMENT ON COLUMN transcripts.messages.message_sid IS 'Twilio''s SID of the message (IM).';
COMMENT ON COLUMN transcripts.messages.conversation_sid IS 'Its conversation (CH).';
COMMENT ON COLUMN transcripts.messages.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.messages.index IS 'Twilio''s position in the conversation, 0-based, may have holes. Null for a message known only from a receipt.';
COMMENT ON COLUMN transcripts.messages.author IS 'As Twilio told it: an address, a chat identity, system, or what an API client set.';
COMMENT ON COLUMN transcripts.messages.author_kind IS 'customer, agent, flow or system.';
COMMENT ON COLUMN transcripts.messages.direction IS 'inbound (from a customer) or outbound.';
COMMENT ON COLUMN transcripts.messages.participant_sid IS 'The author''s participant (MB). Null for authors who are not participants.';
COMMENT ON COLUMN transcripts.messages.body IS 'The text, NUL shown as a visible symbol. Null where it was removed or is not known; empty where it was emptied or has media only.';
COMMENT ON COLUMN transcripts.messages.attributes IS 'Attributes as they came, JSON text. Null where removed or not told.';
COMMENT ON COLUMN transcripts.messages.attributes_json IS 'Attributes as jsonb; null where they are not storable JSON.';
COMMENT ON COLUMN transcripts.messages.media_count IS 'Attachments.';
COMMENT ON COLUMN transcripts.messages.sent_at IS 'Twilio''s creation time; an API client may set it, so it orders nothing.';
COMMENT ON COLUMN transcripts.messages.received_at IS 'When we first heard of the message.';
COMMENT ON COLUMN transcripts.messages.edited_at IS 'Twilio''s time of the latest edit. Null: never edited.';
COMMENT ON COLUMN transcripts.messages.removed_at IS 'When it was deleted at Twilio. Null: it was not.';
COMMENT ON COLUMN transcripts.messages.delivery_status IS 'Furthest delivery state over its recipients; partially_delivered where they differ between success and failure. Null without receipts.';
COMMENT ON COLUMN transcripts.messages.delivery_error_code IS 'First error code. Null: none.';
COMMENT ON COLUMN transcripts.messages.delivery_error IS 'That error in plain words, or in the channel''s.';
COMMENT ON COLUMN transcripts.messages.is_contradictory IS 'A failure and a delivery were both reported.';
COMMENT ON COLUMN transcripts.messages.is_stub IS 'Known only from a delivery receipt.';
COMMENT ON COLUMN transcripts.messages.sources IS 'Which sources told of it.';

CREATE VIEW transcripts.participants AS
SELECT
    p.participant_sid,
    p.conversation_sid,
    p.account_sid,
    p.identity,
    p.address,
    p.proxy_address,
    store.channel_of(p.binding_type, p.address, p.identity) AS channel,
    p.attributes,
    p.last_read_message_index,
    p.joined_at,
    p.left_at,
    p.sources
FROM store.participants p;

COMMENT ON VIEW transcripts.participants IS 'One row per participant of a conversation.';
COMMENT ON COLUMN transcripts.participants.participant_sid IS 'Twilio''s SID (MB).';
COMMENT ON COLUMN transcripts.participants.conversation_sid IS 'Its conversation (CH).';
COMMENT ON COLUMN transcripts.participants.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.participants.identity IS 'Chat identity. Null for SMS and the like.';
COMMENT ON COLUMN transcripts.participants.address IS 'Customer''s address. Null for chat.';
COMMENT ON COLUMN transcripts.participants.proxy_address IS 'Our address towards it. Null for chat.';
COMMENT ON COLUMN transcripts.participants.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.participants.attributes IS 'Attributes as they came, JSON text.';
COMMENT ON COLUMN transcripts.participants.last_read_message_index IS 'Highest index read. Null: not told.';
COMMENT ON COLUMN transcripts.participants.joined_at IS 'Twilio''s time of joining.';
COMMENT ON COLUMN transcripts.participants.left_at IS 'Twilio''s time of leaving. Null: still in.';
COMMENT ON COLUMN transcripts.participants.sources IS 'Which sources told of it.';

CREATE VIEW transcripts.users AS
SELECT
    u.user_sid,
    u.account_sid,
    u.service_sid,
    u.identity,
    u.friendly_name,
    u.attributes,
    u.is_online,
    u.is_notifiable,
    u.created_at,
    u.sources
FROM store.users u;

COMMENT ON VIEW transcripts.users IS 'One row per user of a Conversations service.';
COMMENT ON COLUMN transcripts.users.user_sid IS 'Twilio''s SID (US).';
COMMENT ON COLUMN transcripts.users.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.users.service_sid IS 'Conversations service (IS).';
COMMENT ON COLUMN transcripts.users.identity IS 'Chat identity.';
COMMENT ON COLUMN transcripts.users.friendly_name IS 'Display name. Null: not told.';
COMMENT ON COLUMN transcripts.users.attributes IS 'Attributes as they came, JSON text.';
COMMENT ON COLUMN transcripts.users.is_online IS 'Online when last told. Null: not told.';
COMMENT ON COLUMN transcripts.users.is_notifiable IS 'Reachable by push when last told. Null: not told.';
COMMENT ON COLUMN transcripts.users.created_at IS 'Twilio''s creation time.';
COMMENT ON COLUMN transcripts.users.sources IS 'Which sources told of it.';

CREATE VIEW transcripts.deliveries AS
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
LEFT JOIN store.error_codes e ON e.error_code = d.error_code;

COMMENT ON VIEW transcripts.deliveries IS 'One row per message and recipient, or per message outside any conversation.';
COMMENT ON COLUMN transcripts.deliveries.channel_message_sid IS 'SID of the message at its channel (SM, MM, WA).';
COMMENT ON COLUMN transcripts.deliveries.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.deliveries.delivery_receipt_sid IS 'Conversations receipt (DY). Null where only status callbacks came.';
COMMENT ON COLUMN transcripts.deliveries.message_sid IS 'Conversation message (IM). Null for a message outside any conversation, or until a receipt joins it.';
COMMENT ON COLUMN transcripts.deliveries.conversation_sid IS 'Conversation (CH). Null likewise.';
COMMENT ON COLUMN transcripts.deliveries.participant_sid IS 'Recipient (MB). Null likewise.';
COMMENT ON COLUMN transcripts.deliveries.from_address IS 'Sender. Null until a status callback told it.';
COMMENT ON COLUMN transcripts.deliveries.to_address IS 'Recipient''s address. Null until told.';
COMMENT ON COLUMN transcripts.deliveries.status IS 'Furthest state by rank: accepted, scheduled < queued < sending < sent < canceled < partially_delivered < failed < undelivered < delivered < read.';
COMMENT ON COLUMN transcripts.deliveries.error_code IS 'First error code (least time, then code); never erased. Null: none.';
COMMENT ON COLUMN transcripts.deliveries.error_text IS 'The channel''s own words, or ours for a known code.';
COMMENT ON COLUMN transcripts.deliveries.error_advice IS 'What to do about it. Null for a code without advice.';
COMMENT ON COLUMN transcripts.deliveries.first_seen_at IS 'When we first heard of it.';
COMMENT ON COLUMN transcripts.deliveries.last_seen_at IS 'When we last heard of it.';
COMMENT ON COLUMN transcripts.deliveries.is_final IS 'No further state is expected.';
COMMENT ON COLUMN transcripts.deliveries.is_contradictory IS 'A failure and a delivery were both reported.';
COMMENT ON COLUMN transcripts.deliveries.sources IS 'Which sources told of it.';

CREATE VIEW transcripts.delivery_events AS
SELECT
    e.channel_message_sid,
    e.account_sid,
    e.status,
    e.error_code,
    e.occurred_at,
    e.received_at,
    e.source,
    e.carrier_done_date
FROM store.delivery_events e;

COMMENT ON VIEW transcripts.delivery_events IS 'One row per state seen of a delivery.';
COMMENT ON COLUMN transcripts.delivery_events.channel_message_sid IS 'SID of the message at its channel (SM, MM, WA).';
COMMENT ON COLUMN transcripts.delivery_events.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.delivery_events.status IS 'As Twilio spelled it, in lower case.';
COMMENT ON COLUMN transcripts.delivery_events.error_code IS 'Null: none.';
COMMENT ON COLUMN transcripts.delivery_events.occurred_at IS 'Twilio''s time of the state. Null: status callbacks carry none.';
COMMENT ON COLUMN transcripts.delivery_events.received_at IS 'When we first received it.';
COMMENT ON COLUMN transcripts.delivery_events.source IS 'webhook, status_callback, event_stream or rest.';
COMMENT ON COLUMN transcripts.delivery_events.carrier_done_date IS 'The carrier''s own time, YYMMDDhhmm in an unnamed zone, as text. Null: not told.';

CREATE VIEW transcripts.media AS
SELECT
    a.item ->> 'sid' AS media_sid,
    m.message_sid,
    m.conversation_sid,
    m.account_sid,
    a.item ->> 'contentType' AS content_type,
    (a.item ->> 'sizeBytes')::bigint AS size_bytes,
    a.item ->> 'filename' AS filename,
    a.position,
    false AS is_archived
FROM store.messages m
CROSS JOIN LATERAL jsonb_array_elements(m.media) WITH ORDINALITY AS a (item, position)
WHERE m.removed_at IS NULL;

COMMENT ON VIEW transcripts.media IS 'One row per attachment of a message that was not removed.';
COMMENT ON COLUMN transcripts.media.media_sid IS 'Twilio''s SID (ME).';
COMMENT ON COLUMN transcripts.media.message_sid IS 'Its message (IM).';
COMMENT ON COLUMN transcripts.media.conversation_sid IS 'Its conversation (CH).';
COMMENT ON COLUMN transcripts.media.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.media.content_type IS 'MIME type. Null: not told.';
COMMENT ON COLUMN transcripts.media.size_bytes IS 'Size in bytes. Null: not told.';
COMMENT ON COLUMN transcripts.media.filename IS 'File name as sent. Null: not told.';
COMMENT ON COLUMN transcripts.media.position IS 'Position within the message, from 1.';
COMMENT ON COLUMN transcripts.media.is_archived IS 'Whether we keep the bytes; not yet.';

CREATE VIEW transcripts.flow_executions AS
SELECT
    f.execution_sid,
    f.account_sid,
    f.flow_sid,
    f.conversation_sid,
    f.started_at,
    f.ended_at,
    f.ended_reason,
    f.answers
FROM store.flow_executions f;

COMMENT ON VIEW transcripts.flow_executions IS 'One row per execution of a Studio flow that was seen.';
COMMENT ON COLUMN transcripts.flow_executions.execution_sid IS 'Studio execution (FN).';
COMMENT ON COLUMN transcripts.flow_executions.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.flow_executions.flow_sid IS 'Studio flow (FW). Null: not told.';
COMMENT ON COLUMN transcripts.flow_executions.conversation_sid IS 'Conversation (CH). Null: not told.';
COMMENT ON COLUMN transcripts.flow_executions.started_at IS 'When it started. Null: not told.';
COMMENT ON COLUMN transcripts.flow_executions.ended_at IS 'When we first heard that it had ended.';
COMMENT ON COLUMN transcripts.flow_executions.ended_reason IS 'As the flow or Studio told it.';
COMMENT ON COLUMN transcripts.flow_executions.answers IS 'What the flow collected and passed on, a JSON object.';

CREATE VIEW transcripts.handoffs AS
SELECT
    h.handoff_id,
    coalesce(s.version, h.version) AS version,
    h.account_sid,
    h.conversation_sid,
    h.execution_sid,
    h.flow_sid,
    h.trigger,
    h.reason,
    h.status,
    h.requested_at,
    s.created_at AS ready_at,
    s.published_at,
    s.verdict,
    s.message_count,
    s.content_sha256
FROM store.handoffs h
LEFT JOIN store.handoff_snapshots s ON s.handoff_id = h.handoff_id;

COMMENT ON VIEW transcripts.handoffs IS 'One row per handoff and version.';
COMMENT ON COLUMN transcripts.handoffs.handoff_id IS 'Our id of the handoff, derived from what triggered it.';
COMMENT ON COLUMN transcripts.handoffs.version IS '1 for the first transcript, higher for follow-ups and resends.';
COMMENT ON COLUMN transcripts.handoffs.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.handoffs.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts.handoffs.execution_sid IS 'Studio execution (FN). Null: not told.';
COMMENT ON COLUMN transcripts.handoffs.flow_sid IS 'Studio flow (FW). Null: not told.';
COMMENT ON COLUMN transcripts.handoffs.trigger IS 'flow_ended, execution_ended, closed, inactive or on_demand.';
COMMENT ON COLUMN transcripts.handoffs.reason IS 'Why the flow ended, in the flow author''s words.';
COMMENT ON COLUMN transcripts.handoffs.status IS 'settling, ready, expired or abandoned.';
COMMENT ON COLUMN transcripts.handoffs.requested_at IS 'When the trigger was received.';
COMMENT ON COLUMN transcripts.handoffs.ready_at IS 'When the snapshot was taken. Null while settling.';
COMMENT ON COLUMN transcripts.handoffs.published_at IS 'When the notifier was told. Null until then.';
COMMENT ON COLUMN transcripts.handoffs.verdict IS 'Verdict at that time.';
COMMENT ON COLUMN transcripts.handoffs.message_count IS 'Messages in the snapshot.';
COMMENT ON COLUMN transcripts.handoffs.content_sha256 IS 'Hash of the snapshot, lower-case hexadecimal.';

CREATE VIEW transcripts.handoff_deliveries AS
SELECT
    d.handoff_id,
    d.version,
    d.account_sid,
    d.conversation_sid,
    d.destination_kind,
    d.destination,
    d.status,
    d.attempts,
    d.first_attempt_at,
    d.sent_at,
    d.message_id,
    d.response,
    d.content_sha256
FROM handoff.deliveries d;

COMMENT ON VIEW transcripts.handoff_deliveries IS 'One row per handoff, version and destination.';
COMMENT ON COLUMN transcripts.handoff_deliveries.handoff_id IS 'The handoff.';
COMMENT ON COLUMN transcripts.handoff_deliveries.version IS 'Its version.';
COMMENT ON COLUMN transcripts.handoff_deliveries.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.handoff_deliveries.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts.handoff_deliveries.destination_kind IS 'email, webhook, slack or directory.';
COMMENT ON COLUMN transcripts.handoff_deliveries.destination IS 'Address, URL or path.';
COMMENT ON COLUMN transcripts.handoff_deliveries.status IS 'planned, sending, sent, retrying, refused or paused.';
COMMENT ON COLUMN transcripts.handoff_deliveries.attempts IS 'Attempts so far.';
COMMENT ON COLUMN transcripts.handoff_deliveries.first_attempt_at IS 'When it was first tried.';
COMMENT ON COLUMN transcripts.handoff_deliveries.sent_at IS 'When the server took it. Null: not yet.';
COMMENT ON COLUMN transcripts.handoff_deliveries.message_id IS 'Message-ID of the mail; the same for every attempt.';
COMMENT ON COLUMN transcripts.handoff_deliveries.response IS 'The server''s last words.';
COMMENT ON COLUMN transcripts.handoff_deliveries.content_sha256 IS 'Hash of what was sent, lower-case hexadecimal.';

CREATE VIEW transcripts.handoff_attempts AS
SELECT
    a.handoff_id,
    a.version,
    a.account_sid,
    a.destination_kind,
    a.destination,
    a.attempt,
    a.attempted_at,
    a.finished_at,
    a.outcome,
    a.response
FROM handoff.attempts a;

COMMENT ON VIEW transcripts.handoff_attempts IS 'One row per attempt to deliver a handoff.';
COMMENT ON COLUMN transcripts.handoff_attempts.handoff_id IS 'The handoff.';
COMMENT ON COLUMN transcripts.handoff_attempts.version IS 'Its version.';
COMMENT ON COLUMN transcripts.handoff_attempts.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.handoff_attempts.destination_kind IS 'email, webhook, slack or directory.';
COMMENT ON COLUMN transcripts.handoff_attempts.destination IS 'Address, URL or path.';
COMMENT ON COLUMN transcripts.handoff_attempts.attempt IS '1, 2, 3, ...';
COMMENT ON COLUMN transcripts.handoff_attempts.attempted_at IS 'When it began.';
COMMENT ON COLUMN transcripts.handoff_attempts.finished_at IS 'When it ended. Null: it is running, or its process died.';
COMMENT ON COLUMN transcripts.handoff_attempts.outcome IS 'sending, sent, try_later or refused.';
COMMENT ON COLUMN transcripts.handoff_attempts.response IS 'The server''s words.';

CREATE VIEW transcripts.unrecognised_events AS
SELECT
    u.event_id,
    u.account_sid,
    u.conversation_sid,
    u.event_type,
    u.source,
    u.reason,
    u.received_at
FROM store.unrecognised_events u
WHERE u.dealt_with_at IS NULL;

COMMENT ON VIEW transcripts.unrecognised_events IS 'One row per event that was not understood and that nobody has dealt with yet.';
COMMENT ON COLUMN transcripts.unrecognised_events.event_id IS 'Our id of the event.';
COMMENT ON COLUMN transcripts.unrecognised_events.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.unrecognised_events.conversation_sid IS 'Conversation (CH). Null: not named.';
COMMENT ON COLUMN transcripts.unrecognised_events.event_type IS 'As Twilio named it. Null: not named.';
COMMENT ON COLUMN transcripts.unrecognised_events.source IS 'webhook, status_callback, flow_ended, event_stream or rest.';
COMMENT ON COLUMN transcripts.unrecognised_events.reason IS 'What was not understood: codes, with the parameter''s name where there is one.';
COMMENT ON COLUMN transcripts.unrecognised_events.received_at IS 'When it was received.';

CREATE VIEW transcripts.quarantined_records AS
SELECT
    q.topic,
    q.partition,
    q.record_offset,
    q.account_sid,
    q.reason,
    q.sqlstate,
    q.recorded_at,
    q.quarantined_at,
    q.replayed_at
FROM store.quarantined_records q;

COMMENT ON VIEW transcripts.quarantined_records IS 'One row per record that could not be stored. Its bytes are kept and shown to the auditor only.';
COMMENT ON COLUMN transcripts.quarantined_records.topic IS 'Kafka topic.';
COMMENT ON COLUMN transcripts.quarantined_records.partition IS 'Kafka partition.';
COMMENT ON COLUMN transcripts.quarantined_records.record_offset IS 'Kafka offset.';
COMMENT ON COLUMN transcripts.quarantined_records.account_sid IS 'Twilio account (AC). Null where the record could not be read.';
COMMENT ON COLUMN transcripts.quarantined_records.reason IS 'empty, not_json, version, type, incomplete, or data for one that the database refused.';
COMMENT ON COLUMN transcripts.quarantined_records.sqlstate IS 'SQLSTATE of the refusal. Null: it was not the database.';
COMMENT ON COLUMN transcripts.quarantined_records.recorded_at IS 'Record time.';
COMMENT ON COLUMN transcripts.quarantined_records.quarantined_at IS 'When it was set aside.';
COMMENT ON COLUMN transcripts.quarantined_records.replayed_at IS 'When it was replayed. Null: not yet.';

CREATE VIEW transcripts.freshness AS
SELECT
    f.account_sid,
    f.source,
    f.last_occurred_at,
    f.last_received_at,
    f.last_stored_at,
    extract(epoch FROM f.last_stored_at - f.last_received_at) AS lag_seconds
FROM store.freshness f;

COMMENT ON VIEW transcripts.freshness IS 'One row per account and source: how far the store is behind.';
COMMENT ON COLUMN transcripts.freshness.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.freshness.source IS 'webhook, status_callback, flow_ended, event_stream or rest.';
COMMENT ON COLUMN transcripts.freshness.last_occurred_at IS 'Latest time that Twilio gave. Null: this source gives none.';
COMMENT ON COLUMN transcripts.freshness.last_received_at IS 'Latest receive time.';
COMMENT ON COLUMN transcripts.freshness.last_stored_at IS 'When that was stored.';
COMMENT ON COLUMN transcripts.freshness.lag_seconds IS 'Seconds between the two.';

-- For the auditor: a text that a later one took the place of, with the attributes that held at that time.
CREATE VIEW transcripts.message_revisions AS
WITH texts AS (
    SELECT
        r.message_sid,
        r.conversation_sid,
        r.account_sid,
        r.observed_second,
        r.version,
        r.value,
        r.content_sha256,
        lead(r.content_sha256) OVER later AS next_sha256,
        lead(r.observed_second) OVER later AS next_second
    FROM store.message_revisions r
    WHERE r.register = 'body'
    WINDOW later AS (PARTITION BY r.message_sid ORDER BY r.version)
)
SELECT
    t.message_sid,
    t.conversation_sid,
    t.account_sid,
    row_number() OVER (PARTITION BY t.message_sid ORDER BY t.version) AS revision,
    t.value AS body,
    coalesce(
        (
            SELECT a.value
            FROM store.message_revisions a
            WHERE a.message_sid = t.message_sid AND a.register = 'attributes' AND a.observed_second <= t.observed_second
            ORDER BY a.version DESC
            LIMIT 1
        ),
        CASE WHEN coalesce(m.attributes_second, 0) <= t.observed_second THEN m.attributes END
    ) AS attributes,
    to_timestamp(nullif(coalesce(t.next_second, m.body_second), 0)) AS replaced_at
FROM texts t
JOIN store.messages m ON m.message_sid = t.message_sid
WHERE t.content_sha256 <> coalesce(t.next_sha256, sha256(convert_to(m.body, 'UTF8')));

COMMENT ON VIEW transcripts.message_revisions IS 'One row per earlier text of a message. For the auditor only.';
COMMENT ON COLUMN transcripts.message_revisions.message_sid IS 'The message (IM).';
COMMENT ON COLUMN transcripts.message_revisions.conversation_sid IS 'Its conversation (CH).';
COMMENT ON COLUMN transcripts.message_revisions.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.message_revisions.revision IS '1 for the first text, in the order in which they held.';
COMMENT ON COLUMN transcripts.message_revisions.body IS 'The text as it was.';
COMMENT ON COLUMN transcripts.message_revisions.attributes IS 'The attributes that held then. Null: not told.';
COMMENT ON COLUMN transcripts.message_revisions.replaced_at IS 'When the next text took its place, to the second. Null where Twilio gave no time.';

-- For the auditor: the bytes of what could not be stored or understood.
CREATE VIEW transcripts.quarantined_record_contents AS
SELECT
    q.topic,
    q.partition,
    q.record_offset,
    q.account_sid,
    q.record_key,
    q.record_value
FROM store.quarantined_records q;

COMMENT ON VIEW transcripts.quarantined_record_contents IS 'The bytes of quarantined_records. For the auditor only.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.topic IS 'Kafka topic.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.partition IS 'Kafka partition.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.record_offset IS 'Kafka offset.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.account_sid IS 'Twilio account (AC). Null where the record could not be read.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.record_key IS 'The key as it came.';
COMMENT ON COLUMN transcripts.quarantined_record_contents.record_value IS 'The value as it came.';

-- One transcript in order. A window function in the view itself would make every other query read everything.
CREATE FUNCTION transcripts.transcript(conversation_sid text)
RETURNS TABLE (
    "position" bigint, message_sid text, index bigint, author text, author_kind text, direction text, body text,
    attributes text, attributes_json jsonb, media_count integer, sent_at timestamptz, received_at timestamptz,
    edited_at timestamptz, removed_at timestamptz, delivery_status text, delivery_error_code integer, delivery_error text,
    is_contradictory boolean, is_stub boolean, sources text[], account_sid text
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        row_number() OVER (ORDER BY m.index NULLS LAST, m.received_at, m.message_sid),
        m.message_sid, m.index, m.author, m.author_kind, m.direction, m.body, m.attributes, m.attributes_json,
        m.media_count, m.sent_at, m.received_at, m.edited_at, m.removed_at, m.delivery_status, m.delivery_error_code,
        m.delivery_error, m.is_contradictory, m.is_stub, m.sources, m.account_sid
    FROM transcripts.messages m
    WHERE m.conversation_sid = transcript.conversation_sid
    ORDER BY 1;
END;

COMMENT ON FUNCTION transcripts.transcript(text) IS
    'The messages of one conversation in order, with "position" 1, 2, 3 ... without holes.';

CREATE FUNCTION transcripts.search(query text)
RETURNS TABLE (message_sid text, conversation_sid text, account_sid text, index bigint, author text, body text, sent_at timestamptz, rank real)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        m.message_sid, m.conversation_sid, m.account_sid, m.index, m.author, m.body, m.sent_at,
        ts_rank(to_tsvector('simple', m.body), websearch_to_tsquery('simple', search.query))
    FROM transcripts.messages m
    WHERE to_tsvector('simple', m.body) @@ websearch_to_tsquery('simple', search.query)
    ORDER BY 8 DESC, m.sent_at DESC, m.message_sid
    LIMIT 200;
END;

COMMENT ON FUNCTION transcripts.search(text) IS
    'At most 200 messages that match the words, "a phrase" or -without, best first. Reads every message: there is no index yet.';

-- Roles: see docs/adr/004-roles-and-migrations.md. Made by db/bootstrap/roles.sql.
REVOKE ALL ON SCHEMA store, handoff, transcripts FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA store, transcripts FROM PUBLIC;

GRANT USAGE ON SCHEMA store TO transcripts_archiver, transcripts_notifier;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA store TO transcripts_archiver;
GRANT DELETE ON store.message_revisions TO transcripts_archiver;
GRANT SELECT ON store.handoff_snapshots TO transcripts_notifier;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA store TO transcripts_archiver;

GRANT USAGE ON SCHEMA handoff TO transcripts_notifier;
GRANT SELECT, INSERT, UPDATE, DELETE ON handoff.scheduled_tasks TO transcripts_notifier;
GRANT SELECT, INSERT, UPDATE ON handoff.deliveries, handoff.attempts, handoff.quarantined_records, handoff.consumer_offsets
    TO transcripts_notifier;

-- The console and the snapshot read what an analyst reads.
GRANT USAGE ON SCHEMA transcripts TO transcripts_archiver, transcripts_analyst, transcripts_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA transcripts TO transcripts_archiver, transcripts_analyst, transcripts_auditor;
REVOKE ALL ON transcripts.message_revisions, transcripts.quarantined_record_contents FROM transcripts_analyst;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA transcripts TO transcripts_archiver, transcripts_analyst, transcripts_auditor;
-- A view runs functions as the one who asks: these two see no data of their own.
GRANT USAGE ON SCHEMA store TO transcripts_analyst, transcripts_auditor;
GRANT EXECUTE ON FUNCTION store.status_rank(text), store.channel_of(text, text, text)
    TO transcripts_analyst, transcripts_auditor;

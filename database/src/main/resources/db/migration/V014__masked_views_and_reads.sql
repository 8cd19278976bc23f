-- Views for those who must not read what people wrote or who they are, and the list of who read what.
-- See docs/access.md and docs/adr/032-teams.md.

-- A pseudonym is HMAC-SHA256 of an address under this key, 32 hexadecimal digits of it: the same address gives the same pseudonym, so
-- joins and counts hold, and who does not have the key cannot try addresses out. The key itself is not kept, only the two
-- blocks that HMAC makes of it (RFC 2104): the views then need nothing but sha256(), which everybody may call. A function of
-- our own would have to be granted to the readers, who could ask it for the pseudonym of any number.
CREATE TABLE store.masking_key (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL,
    CONSTRAINT masking_key_blocks CHECK (octet_length(inner_pad) = 64 AND octet_length(outer_pad) = 64)
);
DO $$
DECLARE
    -- each UUID has 122 random bits of the operating system
    key       bytea := sha256(
        uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
    );
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0..31 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(key, i));
        outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(key, i));
    END LOOP;
    INSERT INTO store.masking_key (inner_pad, outer_pad) VALUES (inner_pad, outer_pad);
END
$$;
GRANT SELECT ON store.masking_key TO transcripts_reader;

-- The names of schema transcripts. What is hidden keeps its name where a pseudonym stands for it; of a text there is its length only, and
-- the name says so. Built on those views, so that the same rows are seen and a column that is added there is not shown here.
CREATE SCHEMA transcripts_masked;

CREATE VIEW transcripts_masked.conversations AS
SELECT
    c.conversation_sid,
    c.account_sid,
    c.service_sid,
    c.messaging_service_sid,
    length(c.unique_name) AS unique_name_length,
    length(c.friendly_name) AS friendly_name_length,
    length(c.attributes) AS attributes_length,
    c.state,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(c.customer_address, 'UTF8'))), 'hex'), 32)
        AS customer_address,
    ARRAY(
        SELECT left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(a.address, 'UTF8'))), 'hex'), 32)
        FROM unnest(c.customer_addresses) WITH ORDINALITY AS a (address, position)
        ORDER BY a.position
    ) AS customer_addresses,
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
    c.verdict,
    split_part(c.verdict_reason, ': ', 1) AS verdict_reason, -- behind the colon are Twilio's words
    c.verified_through_index,
    c.verified_at,
    c.removed_at,
    c.first_received_at,
    c.sources
FROM transcripts.conversations c
CROSS JOIN store.masking_key k;

COMMENT ON VIEW transcripts_masked.conversations IS 'One row per conversation, without names and with pseudonyms of customers.';
COMMENT ON COLUMN transcripts_masked.conversations.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts_masked.conversations.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.conversations.service_sid IS 'Conversations service (IS). Null: not told.';
COMMENT ON COLUMN transcripts_masked.conversations.messaging_service_sid IS 'Messaging service (MG). Null: none, or not told.';
COMMENT ON COLUMN transcripts_masked.conversations.unique_name_length IS 'Characters of Twilio''s unique name. Null: none was told.';
COMMENT ON COLUMN transcripts_masked.conversations.friendly_name_length IS 'Characters of the name for people. Null: none was told.';
COMMENT ON COLUMN transcripts_masked.conversations.attributes_length IS 'Characters of the attributes as they came. Null: none were told.';
COMMENT ON COLUMN transcripts_masked.conversations.state IS 'active, inactive or closed. Null: not told.';
COMMENT ON COLUMN transcripts_masked.conversations.customer_address IS 'Pseudonym of the customer''s address; the same address has the same one in every view. Null: none, or several.';
COMMENT ON COLUMN transcripts_masked.conversations.customer_addresses IS 'Pseudonyms of all customers'' addresses.';
COMMENT ON COLUMN transcripts_masked.conversations.our_address IS 'Our number or address. Null: not known.';
COMMENT ON COLUMN transcripts_masked.conversations.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts_masked.conversations.started_at IS 'When it was created, as Twilio says. Null: not told.';
COMMENT ON COLUMN transcripts_masked.conversations.last_message_at IS 'Time of the latest message. Null: there is none.';
COMMENT ON COLUMN transcripts_masked.conversations.closed_at IS 'When it was closed. Null: it is not.';
COMMENT ON COLUMN transcripts_masked.conversations.message_count IS 'Messages, removed ones included.';
COMMENT ON COLUMN transcripts_masked.conversations.inbound_count IS 'Of these, the customer''s.';
COMMENT ON COLUMN transcripts_masked.conversations.outbound_count IS 'Of these, all others.';
COMMENT ON COLUMN transcripts_masked.conversations.failed_count IS 'Messages that failed or were not delivered.';
COMMENT ON COLUMN transcripts_masked.conversations.first_response_seconds IS 'Seconds from the first customer message to the next message that is not the customer''s. Null: none yet.';
COMMENT ON COLUMN transcripts_masked.conversations.highest_index IS 'Highest message index seen. Null: none.';
COMMENT ON COLUMN transcripts_masked.conversations.missing_count IS 'Messages that are known to be missing.';
COMMENT ON COLUMN transcripts_masked.conversations.repaired_count IS 'Messages whose webhook should have come and did not.';
COMMENT ON COLUMN transcripts_masked.conversations.silent_count IS 'Messages that have no webhook by design.';
COMMENT ON COLUMN transcripts_masked.conversations.verdict IS 'complete, reconciling, gap or unverified.';
COMMENT ON COLUMN transcripts_masked.conversations.verdict_reason IS 'Why, without what Twilio answered.';
COMMENT ON COLUMN transcripts_masked.conversations.verified_through_index IS 'Index through which the verdict holds. Null: none.';
COMMENT ON COLUMN transcripts_masked.conversations.verified_at IS 'When Twilio''s list was compared last. Null: never.';
COMMENT ON COLUMN transcripts_masked.conversations.removed_at IS 'When it was deleted at Twilio. Null: it is not.';
COMMENT ON COLUMN transcripts_masked.conversations.first_received_at IS 'When we first heard of it.';
COMMENT ON COLUMN transcripts_masked.conversations.sources IS 'Which sources told of it: webhook, status_callback, flow_ended, event_stream, rest.';

CREATE VIEW transcripts_masked.messages AS
SELECT
    m.message_sid,
    m.conversation_sid,
    m.account_sid,
    m.index,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(m.author, 'UTF8'))), 'hex'), 32) AS author,
    m.author_kind,
    m.direction,
    m.participant_sid,
    length(m.body) AS body_length,
    length(m.attributes) AS attributes_length,
    m.media_count,
    m.sent_at,
    m.received_at,
    m.edited_at,
    m.removed_at,
    m.delivery_status,
    m.delivery_error_code,
    e.meaning AS delivery_error,
    m.is_contradictory,
    m.is_stub,
    m.sources
FROM transcripts.messages m
CROSS JOIN store.masking_key k
LEFT JOIN store.error_codes e ON e.error_code = m.delivery_error_code AND e.language = 'en';

COMMENT ON VIEW transcripts_masked.messages IS 'One row per message, without its text and with a pseudonym of its author.';
COMMENT ON COLUMN transcripts_masked.messages.message_sid IS 'Message (IM).';
COMMENT ON COLUMN transcripts_masked.messages.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts_masked.messages.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.messages.index IS 'Twilio''s index, from 0; may have holes. Null: not told yet.';
COMMENT ON COLUMN transcripts_masked.messages.author IS 'Pseudonym of the author; joins with address and identity of participants. Null: not told.';
COMMENT ON COLUMN transcripts_masked.messages.author_kind IS 'customer, agent, flow or system.';
COMMENT ON COLUMN transcripts_masked.messages.direction IS 'inbound or outbound.';
COMMENT ON COLUMN transcripts_masked.messages.participant_sid IS 'Participant (MB) who wrote it. Null: not told.';
COMMENT ON COLUMN transcripts_masked.messages.body_length IS 'Characters of the text. Null: it has none, or was removed.';
COMMENT ON COLUMN transcripts_masked.messages.attributes_length IS 'Characters of the attributes as they came. Null: none were told, or it was removed.';
COMMENT ON COLUMN transcripts_masked.messages.media_count IS 'Attachments.';
COMMENT ON COLUMN transcripts_masked.messages.sent_at IS 'When it was sent, as Twilio says. Null: not told.';
COMMENT ON COLUMN transcripts_masked.messages.received_at IS 'When we first heard of it.';
COMMENT ON COLUMN transcripts_masked.messages.edited_at IS 'When it was last edited. Null: never.';
COMMENT ON COLUMN transcripts_masked.messages.removed_at IS 'When it was deleted. Null: it was not.';
COMMENT ON COLUMN transcripts_masked.messages.delivery_status IS 'State of its delivery. Null: not told.';
COMMENT ON COLUMN transcripts_masked.messages.delivery_error_code IS 'First error code. Null: none.';
COMMENT ON COLUMN transcripts_masked.messages.delivery_error IS 'That error in our words. Null: none, or none that the catalogue knows.';
COMMENT ON COLUMN transcripts_masked.messages.is_contradictory IS 'Whether both a failure and a delivery were told.';
COMMENT ON COLUMN transcripts_masked.messages.is_stub IS 'Whether only its delivery is known yet.';
COMMENT ON COLUMN transcripts_masked.messages.sources IS 'Which sources told of it.';

CREATE VIEW transcripts_masked.participants AS
SELECT
    p.participant_sid,
    p.conversation_sid,
    p.account_sid,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(p.identity, 'UTF8'))), 'hex'), 32) AS identity,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(p.address, 'UTF8'))), 'hex'), 32) AS address,
    p.proxy_address,
    p.channel,
    length(p.attributes) AS attributes_length,
    p.last_read_message_index,
    p.joined_at,
    p.left_at,
    p.sources
FROM transcripts.participants p
CROSS JOIN store.masking_key k;

COMMENT ON VIEW transcripts_masked.participants IS 'One row per participant of a conversation, with pseudonyms.';
COMMENT ON COLUMN transcripts_masked.participants.participant_sid IS 'Participant (MB).';
COMMENT ON COLUMN transcripts_masked.participants.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts_masked.participants.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.participants.identity IS 'Pseudonym of the identity. Null: none.';
COMMENT ON COLUMN transcripts_masked.participants.address IS 'Pseudonym of the address. Null: none.';
COMMENT ON COLUMN transcripts_masked.participants.proxy_address IS 'Our number or address that they write to. Null: none.';
COMMENT ON COLUMN transcripts_masked.participants.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts_masked.participants.attributes_length IS 'Characters of the attributes as they came. Null: none were told.';
COMMENT ON COLUMN transcripts_masked.participants.last_read_message_index IS 'Index of the last message that they read. Null: not told.';
COMMENT ON COLUMN transcripts_masked.participants.joined_at IS 'When they joined. Null: not told.';
COMMENT ON COLUMN transcripts_masked.participants.left_at IS 'When they left. Null: they have not.';
COMMENT ON COLUMN transcripts_masked.participants.sources IS 'Which sources told of it.';

CREATE VIEW transcripts_masked.users AS
SELECT
    u.user_sid,
    u.account_sid,
    u.service_sid,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(u.identity, 'UTF8'))), 'hex'), 32) AS identity,
    length(u.friendly_name) AS friendly_name_length,
    length(u.attributes) AS attributes_length,
    u.is_online,
    u.is_notifiable,
    u.created_at,
    u.sources
FROM transcripts.users u
CROSS JOIN store.masking_key k;

COMMENT ON VIEW transcripts_masked.users IS 'One row per user of a Conversations service, with a pseudonym.';
COMMENT ON COLUMN transcripts_masked.users.user_sid IS 'User (US).';
COMMENT ON COLUMN transcripts_masked.users.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.users.service_sid IS 'Conversations service (IS). Null: not told.';
COMMENT ON COLUMN transcripts_masked.users.identity IS 'Pseudonym of the identity. Null: not told.';
COMMENT ON COLUMN transcripts_masked.users.friendly_name_length IS 'Characters of the name for people. Null: none was told.';
COMMENT ON COLUMN transcripts_masked.users.attributes_length IS 'Characters of the attributes as they came. Null: none were told.';
COMMENT ON COLUMN transcripts_masked.users.is_online IS 'Whether they are online. Null: not told.';
COMMENT ON COLUMN transcripts_masked.users.is_notifiable IS 'Whether they can be notified. Null: not told.';
COMMENT ON COLUMN transcripts_masked.users.created_at IS 'When the user was created. Null: not told.';
COMMENT ON COLUMN transcripts_masked.users.sources IS 'Which sources told of it.';

CREATE VIEW transcripts_masked.deliveries AS
SELECT
    d.channel_message_sid,
    d.account_sid,
    d.delivery_receipt_sid,
    d.message_sid,
    d.conversation_sid,
    d.participant_sid,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(d.from_address, 'UTF8'))), 'hex'), 32) AS from_address,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(d.to_address, 'UTF8'))), 'hex'), 32) AS to_address,
    d.status,
    d.error_code,
    e.meaning AS error_text,
    d.error_advice,
    d.first_seen_at,
    d.last_seen_at,
    d.is_final,
    d.is_contradictory,
    d.sources
FROM transcripts.deliveries d
CROSS JOIN store.masking_key k
LEFT JOIN store.error_codes e ON e.error_code = d.error_code AND e.language = 'en';

COMMENT ON VIEW transcripts_masked.deliveries IS 'One row per message and recipient, or per message outside any conversation, with pseudonyms.';
COMMENT ON COLUMN transcripts_masked.deliveries.channel_message_sid IS 'Message of the channel (SM, MM).';
COMMENT ON COLUMN transcripts_masked.deliveries.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.deliveries.delivery_receipt_sid IS 'Delivery receipt (DY). Null: none was told.';
COMMENT ON COLUMN transcripts_masked.deliveries.message_sid IS 'Message (IM). Null: outside any conversation, or not told yet.';
COMMENT ON COLUMN transcripts_masked.deliveries.conversation_sid IS 'Conversation (CH). Null: as for message_sid.';
COMMENT ON COLUMN transcripts_masked.deliveries.participant_sid IS 'Participant (MB) it went to. Null: not told.';
COMMENT ON COLUMN transcripts_masked.deliveries.from_address IS 'Pseudonym of the sender''s address. Null: not told.';
COMMENT ON COLUMN transcripts_masked.deliveries.to_address IS 'Pseudonym of the recipient''s address. Null: not told.';
COMMENT ON COLUMN transcripts_masked.deliveries.status IS 'Furthest state that was told.';
COMMENT ON COLUMN transcripts_masked.deliveries.error_code IS 'First error code (least time, then code); never erased. Null: none.';
COMMENT ON COLUMN transcripts_masked.deliveries.error_text IS 'That error in our words. Null: none, or none that the catalogue knows.';
COMMENT ON COLUMN transcripts_masked.deliveries.error_advice IS 'What to do about it. Null for a code without advice.';
COMMENT ON COLUMN transcripts_masked.deliveries.first_seen_at IS 'When we first heard of it.';
COMMENT ON COLUMN transcripts_masked.deliveries.last_seen_at IS 'When we last heard of it.';
COMMENT ON COLUMN transcripts_masked.deliveries.is_final IS 'Whether no later state is expected.';
COMMENT ON COLUMN transcripts_masked.deliveries.is_contradictory IS 'Whether both a failure and a delivery were told.';
COMMENT ON COLUMN transcripts_masked.deliveries.sources IS 'Which sources told of it.';

CREATE VIEW transcripts_masked.delivery_events AS
SELECT
    e.channel_message_sid,
    e.account_sid,
    e.status,
    e.error_code,
    e.occurred_at,
    e.received_at,
    e.source,
    e.carrier_done_date
FROM transcripts.delivery_events e;

COMMENT ON VIEW transcripts_masked.delivery_events IS 'One row per state seen of a delivery.';
COMMENT ON COLUMN transcripts_masked.delivery_events.channel_message_sid IS 'Message of the channel (SM, MM).';
COMMENT ON COLUMN transcripts_masked.delivery_events.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.delivery_events.status IS 'The state.';
COMMENT ON COLUMN transcripts_masked.delivery_events.error_code IS 'Null: none.';
COMMENT ON COLUMN transcripts_masked.delivery_events.occurred_at IS 'When it happened, where that was told. Null: it was not.';
COMMENT ON COLUMN transcripts_masked.delivery_events.received_at IS 'When we heard of it.';
COMMENT ON COLUMN transcripts_masked.delivery_events.source IS 'Which source told it.';
COMMENT ON COLUMN transcripts_masked.delivery_events.carrier_done_date IS 'The carrier''s own time, YYMMDDhhmm in an unnamed zone, as text. Null: not told.';

CREATE VIEW transcripts_masked.media AS
SELECT
    m.media_sid,
    m.message_sid,
    m.conversation_sid,
    m.account_sid,
    split_part(m.content_type, ';', 1) AS content_type, -- a parameter may hold the file's name
    m.size_bytes,
    length(m.filename) AS filename_length,
    m.position,
    m.is_archived,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(m.sha256, 'UTF8'))), 'hex'), 32) AS sha256,
    m.archived_content_type,
    m.archived_size_bytes,
    m.archived_at,
    m.archive_status,
    m.archive_error
FROM transcripts.media m
CROSS JOIN store.masking_key k;

COMMENT ON VIEW transcripts_masked.media IS 'One row per attachment of a message that was not removed, without its name.';
COMMENT ON COLUMN transcripts_masked.media.media_sid IS 'Attachment (ME).';
COMMENT ON COLUMN transcripts_masked.media.message_sid IS 'Message (IM).';
COMMENT ON COLUMN transcripts_masked.media.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts_masked.media.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.media.content_type IS 'MIME type as the message announced it, without parameters. Null: not told.';
COMMENT ON COLUMN transcripts_masked.media.size_bytes IS 'Size in bytes as the message announced it. Null: not told.';
COMMENT ON COLUMN transcripts_masked.media.filename_length IS 'Characters of the file name as sent. Null: not told.';
COMMENT ON COLUMN transcripts_masked.media.position IS 'Place among the message''s attachments, from 1.';
COMMENT ON COLUMN transcripts_masked.media.is_archived IS 'Whether we keep the bytes.';
COMMENT ON COLUMN transcripts_masked.media.sha256 IS 'Pseudonym of the bytes that we keep: the same file has the same one. Null: none.';
COMMENT ON COLUMN transcripts_masked.media.archived_content_type IS 'MIME type that the bytes themselves show; application/octet-stream where they show none that we know. Null: not kept.';
COMMENT ON COLUMN transcripts_masked.media.archived_size_bytes IS 'Size of the bytes that we keep. Null: not kept.';
COMMENT ON COLUMN transcripts_masked.media.archived_at IS 'When we fetched them. Null: not kept.';
COMMENT ON COLUMN transcripts_masked.media.archive_status IS 'pending, stored, refused, gone or skipped.';
COMMENT ON COLUMN transcripts_masked.media.archive_error IS 'Why it was not fetched, or not yet, in our words. Null: nothing went wrong.';

CREATE VIEW transcripts_masked.flow_executions AS
SELECT
    f.execution_sid,
    f.account_sid,
    f.flow_sid,
    f.conversation_sid,
    f.started_at,
    f.ended_at,
    length(f.ended_reason) AS ended_reason_length,
    length(f.answers::text) AS answers_length
FROM transcripts.flow_executions f;

COMMENT ON VIEW transcripts_masked.flow_executions IS 'One row per execution of a Studio flow that was seen, without what customers answered.';
COMMENT ON COLUMN transcripts_masked.flow_executions.execution_sid IS 'Execution (FN).';
COMMENT ON COLUMN transcripts_masked.flow_executions.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.flow_executions.flow_sid IS 'Flow (FW). Null: not told.';
COMMENT ON COLUMN transcripts_masked.flow_executions.conversation_sid IS 'Conversation (CH). Null: not told, and not found yet where the execution has ended.';
COMMENT ON COLUMN transcripts_masked.flow_executions.started_at IS 'When it started. Null: not told.';
COMMENT ON COLUMN transcripts_masked.flow_executions.ended_at IS 'When it ended, or when we heard of it; the earliest of these. Null: not yet.';
COMMENT ON COLUMN transcripts_masked.flow_executions.ended_reason_length IS 'Characters of the reason, which may be a customer''s words. Null: none was told.';
COMMENT ON COLUMN transcripts_masked.flow_executions.answers_length IS 'Characters of what the flow collected, as JSON. Null: nothing.';

CREATE VIEW transcripts_masked.handoffs AS
SELECT
    h.handoff_id,
    h.version,
    h.account_sid,
    h.conversation_sid,
    h.execution_sid,
    h.flow_sid,
    h.trigger,
    length(h.reason) AS reason_length,
    h.status,
    h.requested_at,
    h.ready_at,
    h.published_at,
    h.verdict,
    h.message_count,
    h.content_sha256,
    h.kind,
    h.follows_version,
    h.taken_at,
    h.rule
FROM transcripts.handoffs h;

COMMENT ON VIEW transcripts_masked.handoffs IS 'One row per handoff and version, without the reason''s words.';
COMMENT ON COLUMN transcripts_masked.handoffs.handoff_id IS 'The handoff.';
COMMENT ON COLUMN transcripts_masked.handoffs.version IS '1 for the first transcript, higher for what came later: follow-ups, reminders and resends are numbered together.';
COMMENT ON COLUMN transcripts_masked.handoffs.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.handoffs.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts_masked.handoffs.execution_sid IS 'Execution (FN). Null: not known.';
COMMENT ON COLUMN transcripts_masked.handoffs.flow_sid IS 'Flow (FW). Null: not known.';
COMMENT ON COLUMN transcripts_masked.handoffs.trigger IS 'flow_ended, execution_ended, closed, inactive or on_demand.';
COMMENT ON COLUMN transcripts_masked.handoffs.reason_length IS 'Characters of the reason in the flow author''s words. Null: none was told.';
COMMENT ON COLUMN transcripts_masked.handoffs.status IS 'settling, ready, expired or abandoned.';
COMMENT ON COLUMN transcripts_masked.handoffs.requested_at IS 'When the trigger was seen.';
COMMENT ON COLUMN transcripts_masked.handoffs.ready_at IS 'When the transcript was taken. Null: settling.';
COMMENT ON COLUMN transcripts_masked.handoffs.published_at IS 'When the notifier was told. Null: not yet.';
COMMENT ON COLUMN transcripts_masked.handoffs.verdict IS 'Verdict at that time. Null: settling.';
COMMENT ON COLUMN transcripts_masked.handoffs.message_count IS 'Messages in the transcript. Null: settling.';
COMMENT ON COLUMN transcripts_masked.handoffs.content_sha256 IS 'Hash of the snapshot, lower-case hexadecimal. Null: settling.';
COMMENT ON COLUMN transcripts_masked.handoffs.kind IS 'transcript (the first), follow_up (what came later), reminder (nobody took the customer over) or resend. Null while settling.';
COMMENT ON COLUMN transcripts_masked.handoffs.follows_version IS 'Version that it follows. Null: the first one.';
COMMENT ON COLUMN transcripts_masked.handoffs.taken_at IS 'When somebody took the customer over. Null: nobody has.';
COMMENT ON COLUMN transcripts_masked.handoffs.rule IS 'Name of the rule that its settling followed. Null: none fits.';

CREATE VIEW transcripts_masked.handoff_deliveries AS
SELECT
    d.handoff_id,
    d.version,
    d.account_sid,
    d.conversation_sid,
    d.destination_kind,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(d.destination, 'UTF8'))), 'hex'), 32) AS destination,
    d.status,
    d.attempts,
    d.first_attempt_at,
    d.sent_at,
    d.message_id,
    length(d.response) AS response_length,
    d.content_sha256,
    d.rule,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(d.destination_name, 'UTF8'))), 'hex'), 32)
        AS destination_name,
    d.template_version,
    d.planned_at,
    d.not_before
FROM transcripts.handoff_deliveries d
CROSS JOIN store.masking_key k;

COMMENT ON VIEW transcripts_masked.handoff_deliveries IS 'One row per handoff, version and destination, with pseudonyms.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.handoff_id IS 'The handoff.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.version IS 'Its version.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.destination_kind IS 'email, webhook, slack or directory.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.destination IS 'Pseudonym of the address, or of the destination''s name in the rules.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.status IS 'planned, sending, sent, retrying, refused or paused.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.attempts IS 'Attempts so far.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.first_attempt_at IS 'Time of the first one. Null: none yet.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.sent_at IS 'When it was taken by the other side. Null: it was not.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.message_id IS 'Message-ID of the mail, webhook-id of a webhook; the same for every attempt.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.response_length IS 'Characters of the other side''s last words. Null: none.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.content_sha256 IS 'Hash of what was sent, lower-case hexadecimal. Null: nothing was.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.rule IS 'Name of the rule by which it goes out. Null: planned before there were rules.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.destination_name IS 'Pseudonym of the destination''s name in the rules. Null: as for rule.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.template_version IS 'Hash of the templates and words it was last made by. Null: not tried yet, or made by none.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.planned_at IS 'When it was planned.';
COMMENT ON COLUMN transcripts_masked.handoff_deliveries.not_before IS 'Until when it waits for quiet hours to end. Null: it does not.';

CREATE VIEW transcripts_masked.handoff_attempts AS
SELECT
    a.handoff_id,
    a.version,
    a.account_sid,
    a.destination_kind,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(a.destination, 'UTF8'))), 'hex'), 32) AS destination,
    a.attempt,
    a.attempted_at,
    a.finished_at,
    a.outcome,
    length(a.response) AS response_length,
    a.rule,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(a.destination_name, 'UTF8'))), 'hex'), 32)
        AS destination_name,
    a.template_version,
    a.content_sha256
FROM transcripts.handoff_attempts a
CROSS JOIN store.masking_key k;

COMMENT ON VIEW transcripts_masked.handoff_attempts IS 'One row per attempt to deliver a handoff, with pseudonyms.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.handoff_id IS 'The handoff.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.version IS 'Its version.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.destination_kind IS 'email, webhook, slack or directory.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.destination IS 'Pseudonym, as in handoff_deliveries.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.attempt IS 'Number of the attempt, from 1.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.attempted_at IS 'When it began.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.finished_at IS 'When it ended. Null: not yet, or never.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.outcome IS 'sending, sent, try_later or refused.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.response_length IS 'Characters of the other side''s words. Null: none.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.rule IS 'Name of the rule by which it goes out. Null: planned before there were rules.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.destination_name IS 'Pseudonym of the destination''s name in the rules. Null: as for rule.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.template_version IS 'Hash of the templates and words it was made by. Null: made by none, or not known.';
COMMENT ON COLUMN transcripts_masked.handoff_attempts.content_sha256 IS 'Hash of what was sent, lower-case hexadecimal. Null: it was not taken.';

CREATE VIEW transcripts_masked.unrecognised_events AS
SELECT
    u.event_id,
    u.account_sid,
    u.conversation_sid,
    u.event_type,
    u.source,
    u.reason,
    u.received_at
FROM transcripts.unrecognised_events u;

COMMENT ON VIEW transcripts_masked.unrecognised_events IS 'One row per event that was not understood and that nobody has dealt with yet.';
COMMENT ON COLUMN transcripts_masked.unrecognised_events.event_id IS 'The event.';
COMMENT ON COLUMN transcripts_masked.unrecognised_events.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.unrecognised_events.conversation_sid IS 'Conversation (CH). Null: none was named.';
COMMENT ON COLUMN transcripts_masked.unrecognised_events.event_type IS 'As Twilio named it. Null: not named.';
COMMENT ON COLUMN transcripts_masked.unrecognised_events.source IS 'Which source told of it.';
COMMENT ON COLUMN transcripts_masked.unrecognised_events.reason IS 'What was not understood: codes, with the parameter''s name where there is one.';
COMMENT ON COLUMN transcripts_masked.unrecognised_events.received_at IS 'When it came.';

CREATE VIEW transcripts_masked.quarantined_records AS
SELECT
    q.topic,
    q.partition,
    q.record_offset,
    q.account_sid,
    q.reason,
    q.sqlstate,
    q.recorded_at,
    q.quarantined_at,
    q.replayed_at,
    q.replay_requested_at,
    q.dropped_at,
    q.size_bytes
FROM transcripts.quarantined_records q;

COMMENT ON VIEW transcripts_masked.quarantined_records IS 'One row per record that could not be stored.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.topic IS 'Kafka topic.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.partition IS 'Kafka partition.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.record_offset IS 'Kafka offset.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.account_sid IS 'Twilio account (AC). Null: it could not be read.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.reason IS 'empty, not_json, version, type, incomplete, data for one that the database refused, or error: and a class.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.sqlstate IS 'What the database said. Null: it was not asked.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.recorded_at IS 'Time of the record in Kafka.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.quarantined_at IS 'When it was set aside.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.replayed_at IS 'When it was stored after all. Null: it was not.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.replay_requested_at IS 'Since when somebody asks for that. Null: nobody does, or it is done.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.dropped_at IS 'When somebody decided that it is not needed. Null: nobody did.';
COMMENT ON COLUMN transcripts_masked.quarantined_records.size_bytes IS 'Size of its value in bytes. Null: it had none.';

CREATE VIEW transcripts_masked.quarantine_decisions AS
SELECT
    d.topic,
    d.partition,
    d.record_offset,
    d.account_sid,
    d.decision,
    d.outcome,
    left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(d.decided_by, 'UTF8'))), 'hex'), 32) AS decided_by,
    d.database_user,
    d.decided_at
FROM transcripts.quarantine_decisions d
CROSS JOIN store.masking_key k;

COMMENT ON VIEW transcripts_masked.quarantine_decisions IS 'One row per decision about a request or record that was set aside, and per outcome of a replay.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.topic IS 'Kafka topic.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.partition IS 'Kafka partition.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.record_offset IS 'Kafka offset.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.account_sid IS 'Twilio account (AC). Null: it could not be read.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.decision IS 'adopt, adopt_unverified, drop or replay.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.outcome IS 'adopted, dropped, requested, replayed, or not_stored: and the reason.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.decided_by IS 'Pseudonym of who decided it.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.database_user IS 'The database role that wrote the row.';
COMMENT ON COLUMN transcripts_masked.quarantine_decisions.decided_at IS 'When it was written.';

CREATE VIEW transcripts_masked.freshness AS
SELECT
    f.account_sid,
    f.source,
    f.last_occurred_at,
    f.last_received_at,
    f.last_stored_at,
    f.lag_seconds
FROM transcripts.freshness f;

COMMENT ON VIEW transcripts_masked.freshness IS 'One row per account and source: how far the store is behind.';
COMMENT ON COLUMN transcripts_masked.freshness.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.freshness.source IS 'webhook, status_callback, flow_ended, event_stream or rest.';
COMMENT ON COLUMN transcripts_masked.freshness.last_occurred_at IS 'Latest time that Twilio gave. Null: it gave none.';
COMMENT ON COLUMN transcripts_masked.freshness.last_received_at IS 'Latest time at which something came in.';
COMMENT ON COLUMN transcripts_masked.freshness.last_stored_at IS 'When that was stored.';
COMMENT ON COLUMN transcripts_masked.freshness.lag_seconds IS 'Seconds between the two.';

CREATE VIEW transcripts_masked.twilio_errors AS
SELECT
    e.account_sid,
    e.error_sid,
    e.error_code,
    e.level,
    e.product_name,
    e.service_sid,
    e.correlation_sid,
    e.logged_at,
    e.received_at
FROM transcripts.twilio_errors e;

COMMENT ON VIEW transcripts_masked.twilio_errors IS 'One row per error or warning that Twilio logged and Event Streams told.';
COMMENT ON COLUMN transcripts_masked.twilio_errors.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts_masked.twilio_errors.error_sid IS 'Twilio''s entry (NO).';
COMMENT ON COLUMN transcripts_masked.twilio_errors.error_code IS 'Twilio''s code, 11200 for instance. Null: not told.';
COMMENT ON COLUMN transcripts_masked.twilio_errors.level IS 'ERROR, WARNING, ... as Twilio spells it. Null: not told.';
COMMENT ON COLUMN transcripts_masked.twilio_errors.product_name IS 'Product of Twilio that logged it. Null: not told.';
COMMENT ON COLUMN transcripts_masked.twilio_errors.service_sid IS 'Service that it belongs to. Null: not told.';
COMMENT ON COLUMN transcripts_masked.twilio_errors.correlation_sid IS 'What it is about, a conversation for instance. Null: not told.';
COMMENT ON COLUMN transcripts_masked.twilio_errors.logged_at IS 'When Twilio logged it. Null: not told.';
COMMENT ON COLUMN transcripts_masked.twilio_errors.received_at IS 'When we first heard of it.';

-- Who read which conversation. Rows are added and never changed.
CREATE TABLE store.reads (
    read_id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    read_at          timestamptz NOT NULL DEFAULT now(),
    reader           text        NOT NULL,
    team             text,
    database_user    text        NOT NULL DEFAULT session_user,
    via              text        NOT NULL,
    action           text        NOT NULL,
    account_sid      text        NOT NULL,
    conversation_sid text,
    detail           text,
    CONSTRAINT reads_via CHECK (via IN ('console', 'api', 'export', 'cli')),
    CONSTRAINT reads_action CHECK (action ~ '^[a-z_]{1,50}$'),
    CONSTRAINT reads_detail CHECK (length(detail) <= 200)
);
CREATE INDEX reads_conversation ON store.reads (conversation_sid, read_at);
CREATE INDEX reads_read_at ON store.reads USING brin (read_at);

ALTER TABLE store.reads ENABLE ROW LEVEL SECURITY;
CREATE POLICY writers ON store.reads FOR INSERT TO transcripts_archiver WITH CHECK (true);
CREATE POLICY readers ON store.reads FOR SELECT TO transcripts_reader
    USING (
        (SELECT store.sees_everything())
        OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
        OR (
            account_sid = ANY ((SELECT store.partial_accounts())::text[])
            AND EXISTS (
                SELECT FROM store.conversations c
                WHERE c.conversation_sid = reads.conversation_sid
            )
        )
    );
-- Not the time and not the role: the archiver cannot make up when and as whom it wrote.
GRANT INSERT (reader, team, via, action, account_sid, conversation_sid, detail) ON store.reads TO transcripts_archiver;
GRANT SELECT ON store.reads TO transcripts_reader;

CREATE VIEW transcripts.reads AS
SELECT
    r.read_id,
    r.read_at,
    r.reader,
    r.team,
    r.database_user,
    r.via,
    r.action,
    r.account_sid,
    r.conversation_sid,
    r.detail
FROM store.reads r;

COMMENT ON VIEW transcripts.reads IS 'One row per conversation that somebody read or acted on through console, API, export or command line. For the auditor only.';
COMMENT ON COLUMN transcripts.reads.read_id IS 'Number of the row; rows of one transaction may become visible after higher ones.';
COMMENT ON COLUMN transcripts.reads.read_at IS 'When, by the database''s clock.';
COMMENT ON COLUMN transcripts.reads.reader IS 'Who: the user that signed in to console or API; the database role of an export or a command; link: and a fingerprint for who followed a link of a mail.';
COMMENT ON COLUMN transcripts.reads.team IS 'Team that narrowed what could be read. Null: none was set; a role may be a team itself.';
COMMENT ON COLUMN transcripts.reads.database_user IS 'The database role that wrote the row.';
COMMENT ON COLUMN transcripts.reads.via IS 'console, api, export or cli.';
COMMENT ON COLUMN transcripts.reads.action IS 'What was done, a word in lower case: show_handoff for instance.';
COMMENT ON COLUMN transcripts.reads.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.reads.conversation_sid IS 'Conversation (CH). Null: more than one of the account, as detail says.';
COMMENT ON COLUMN transcripts.reads.detail IS 'What else is to be known, in our words; nothing of a person. Null: nothing.';

CREATE FUNCTION transcripts.record_read(via text, action text, account_sid text, conversation_sids text[], detail text DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    written integer;
BEGIN
    -- console and API name a person who signed in; their rows are the archiver's to write
    IF record_read.via IS NULL OR record_read.via NOT IN ('export', 'cli') THEN
        RAISE EXCEPTION 'via has to be export or cli' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF cardinality(record_read.conversation_sids) > 10000 THEN
        RAISE EXCEPTION 'at most 10000 conversations at once' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO store.reads (reader, team, via, action, account_sid, conversation_sid, detail)
    SELECT
        session_user,
        nullif(current_setting('transcripts.team', true), ''),
        record_read.via,
        record_read.action,
        record_read.account_sid,
        s.conversation_sid,
        record_read.detail
    FROM unnest(
        CASE
            WHEN coalesce(cardinality(record_read.conversation_sids), 0) = 0 THEN ARRAY[NULL]::text[]
            ELSE record_read.conversation_sids
        END
    ) s (conversation_sid);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

COMMENT ON FUNCTION transcripts.record_read(text, text, text, text[], text) IS
    'Writes down that whoever is signed in read these conversations (at most 10000; none: the account, as detail says). Needs BEGIN READ WRITE: readers'' transactions are read-only by default.';

-- The views go to the role whose policies hold, and from there to the readers.
GRANT USAGE, CREATE ON SCHEMA transcripts_masked TO transcripts_reader;
GRANT USAGE ON SCHEMA transcripts_masked TO transcripts_masked;
DO $$
DECLARE
    view_name text;
BEGIN
    FOR view_name IN
        SELECT format('%I.%I', schemaname, viewname)
        FROM pg_views
        WHERE schemaname = 'transcripts_masked' OR (schemaname = 'transcripts' AND viewname = 'reads')
    LOOP
        EXECUTE format('ALTER VIEW %s OWNER TO transcripts_reader', view_name);
    END LOOP;
END
$$;
GRANT SELECT ON ALL TABLES IN SCHEMA transcripts_masked TO transcripts_masked;
GRANT EXECUTE ON FUNCTION store.status_rank(text), store.channel_of(text, text, text) TO transcripts_masked;
GRANT SELECT ON transcripts.reads TO transcripts_auditor;
REVOKE ALL ON FUNCTION transcripts.record_read(text, text, text, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION transcripts.record_read(text, text, text, text[], text)
    TO transcripts_archiver, transcripts_operator, transcripts_analyst, transcripts_auditor;

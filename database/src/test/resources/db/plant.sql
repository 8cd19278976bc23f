-- Makes one conversation with something in every table, for tests of who sees what. Made in schema public by a superuser.
--
-- Everything that belongs to the conversation has the tag in it, and what belongs to the account only has not. What tells of a person has
-- "person" in it, and nothing else has.
CREATE FUNCTION public.plant(tag text, account text, number text) RETURNS void
LANGUAGE plpgsql
SET search_path = store, pg_catalog
AS $plant$
DECLARE
    customer text := '+1person' || tag;
    agent    text := 'person at the desk ' || tag;
BEGIN
    INSERT INTO conversations (conversation_sid, account_sid, unique_name, friendly_name, attributes, attributes_json, state,
        started_at, first_received_at, sources, versions, customer_addresses, our_address, channel, last_message_at, message_count)
    VALUES ('CH' || tag, account, 'unique person ' || tag, 'friendly person', '{"name": "person"}', '{"name": "person"}', 'active',
        '2026-01-02 03:04:05Z', '2026-01-02 03:04:06Z', '{webhook}', '\x', ARRAY[customer], number, 'sms', '2026-01-02 03:05:00Z', 2);

    INSERT INTO reconciliations (conversation_sid, account_sid, reason, priority, is_whole, order_at, last_error)
    VALUES ('CH' || tag, account, 'missing', 1, true, '2026-01-02 03:06:00Z', 'no such person');

    INSERT INTO messages (message_sid, conversation_sid, account_sid, index, author, participant_sid, body, attributes,
        attributes_json, body_second, media, sent_at, is_stub, first_received_at, sources, versions, author_kind)
    VALUES
        ('IMa' || tag, 'CH' || tag, account, 0, customer, 'MBa' || tag, 'hello, a person writes ' || tag, '{"name": "person"}',
            '{"name": "person"}', 1767323100,
            jsonb_build_array(jsonb_build_object('sid', 'ME' || tag, 'contentType', 'image/png; name=person.png', 'sizeBytes', 5,
                'filename', 'person.png')),
            '2026-01-02 03:04:10Z', false, '2026-01-02 03:04:11Z', '{webhook}', '\x', 'customer'),
        ('IMb' || tag, 'CH' || tag, account, 1, agent, 'MBb' || tag, 'hello, person ' || tag, NULL,
            NULL, NULL, NULL, '2026-01-02 03:05:00Z', false, '2026-01-02 03:05:01Z', '{webhook}', '\x', 'agent');

    INSERT INTO message_search (message_sid, conversation_sid, account_sid, sent_at, language, document)
    SELECT m.message_sid, m.conversation_sid, m.account_sid, m.sent_at, 'simple', to_tsvector('simple', m.body)
    FROM messages m
    WHERE m.conversation_sid = 'CH' || tag;

    INSERT INTO message_revisions (message_sid, register, observed_second, content_sha256, conversation_sid, account_sid, value, version)
    VALUES ('IMa' || tag, 'body', 1767323050, sha256('x'), 'CH' || tag, account, 'an earlier word of a person', '\x01');

    INSERT INTO media_files (media_sid, account_sid, conversation_sid, message_sid, content_type, status, sha256, stored_type,
        stored_bytes, stored_at)
    VALUES ('ME' || tag, account, 'CH' || tag, 'IMa' || tag, 'image/png', 'stored', encode(sha256(tag::bytea), 'hex'), 'image/png', 5,
        '2026-01-02 03:07:00Z');

    INSERT INTO participants (participant_sid, conversation_sid, account_sid, identity, address, proxy_address, attributes,
        joined_at, first_received_at, sources, versions)
    VALUES
        ('MBa' || tag, 'CH' || tag, account, NULL, customer, number, '{"name": "person"}', '2026-01-02 03:04:05Z',
            '2026-01-02 03:04:06Z', '{webhook}', '\x'),
        ('MBb' || tag, 'CH' || tag, account, agent, NULL, NULL, NULL, '2026-01-02 03:04:50Z',
            '2026-01-02 03:04:51Z', '{webhook}', '\x');

    INSERT INTO deliveries (channel_message_sid, account_sid, message_sid, conversation_sid, participant_sid, from_address,
        to_address, statuses, status, error_at, error_code, error_text, first_received_at, last_received_at, sources, versions)
    VALUES
        ('SM' || tag, account, 'IMb' || tag, 'CH' || tag, 'MBa' || tag, number, customer, '{sent,failed}', 'failed',
            '2026-01-02 03:05:02Z', 30003, 'the phone of a person is off', '2026-01-02 03:05:02Z', '2026-01-02 03:05:03Z',
            '{status_callback}', '\x'),
        -- outside any conversation
        ('SMout' || tag, account, NULL, NULL, NULL, number, customer, '{sent}', 'sent',
            NULL, NULL, NULL, '2026-01-02 03:05:02Z', '2026-01-02 03:05:03Z', '{status_callback}', '\x');

    INSERT INTO delivery_events (channel_message_sid, account_sid, status, received_at, source)
    VALUES
        ('SM' || tag, account, 'failed', '2026-01-02 03:05:03Z', 'status_callback'),
        ('SMout' || tag, account, 'sent', '2026-01-02 03:05:03Z', 'status_callback');

    INSERT INTO flow_executions (execution_sid, account_sid, flow_sid, conversation_sid, ended_at, ended_reason, answers,
        first_received_at, sources, versions)
    VALUES ('FN' || tag, account, 'FW', 'CH' || tag, '2026-01-02 03:06:00Z', 'a person hung up', '{"name": "person"}',
        '2026-01-02 03:06:00Z', '{flow_ended}', '\x');

    INSERT INTO unrecognised_events (event_id, account_sid, conversation_sid, event_type, source, reason, received_at, record)
    VALUES ('event' || tag, account, 'CH' || tag, 'onNovelty', 'webhook', 'type', '2026-01-02 03:06:00Z', 'person');

    INSERT INTO handoffs (handoff_id, account_sid, conversation_sid, trigger, reason, note, answers, status, requested_at, deadline_at,
        next_check_at, rule)
    VALUES ('handoff' || tag, account, 'CH' || tag, 'flow_ended', 'a person asked', 'a person', '{}', 'ready', '2026-01-02 03:06:00Z',
        '2026-01-02 03:07:00Z', '2026-01-02 03:07:00Z', 'desk');
    INSERT INTO handoff_snapshots (handoff_id, version, account_sid, conversation_sid, content, content_sha256, verdict,
        message_count, failed_count, missing_count, created_at)
    VALUES ('handoff' || tag, 1, account, 'CH' || tag, '{"text": "person"}', 'ab', 'complete', 2, 1, 0, '2026-01-02 03:07:00Z');
    INSERT INTO handoff.deliveries (handoff_id, version, destination_kind, destination, account_sid, conversation_sid, status,
        give_up_at, message_id, response, snapshot_sha256, rule, destination_name)
    VALUES ('handoff' || tag, 1, 'email', 'person@example.com', account, 'CH' || tag, 'sent',
        '2026-01-03 03:07:00Z', '<' || tag || '@example.com>', '250 queued for person', 'ab', 'desk', 'person');
    INSERT INTO handoff.attempts (handoff_id, version, destination_kind, destination, attempt, account_sid, attempted_at, outcome,
        response)
    VALUES ('handoff' || tag, 1, 'email', 'person@example.com', 1, account, '2026-01-02 03:07:01Z', 'sent', '250 queued for person');

    INSERT INTO reads (reader, via, action, account_sid, conversation_sid)
    VALUES ('person', 'api', 'show_handoff', account, 'CH' || tag);

    -- of the account, once
    INSERT INTO users (user_sid, account_sid, identity, friendly_name, attributes, first_received_at, sources, versions)
    VALUES ('US' || account, account, 'person', 'person', '{"name": "person"}', '2026-01-02 03:04:06Z', '{rest}', '\x')
    ON CONFLICT DO NOTHING;
    INSERT INTO quarantined_records (topic, partition, record_offset, account_sid, reason, record_key, record_value, recorded_at)
    VALUES
        (account, 0, 1, account, 'type', 'person', 'person', '2026-01-02 03:04:06Z'),
        ('nobody''s', 0, 1, NULL, 'not_json', 'person', 'person', '2026-01-02 03:04:06Z')
    ON CONFLICT DO NOTHING;
    INSERT INTO quarantine_decisions (topic, partition, record_offset, account_sid, decision, outcome, decided_by)
    SELECT account, 0, 1, account, 'drop', 'dropped', 'person'
    WHERE NOT EXISTS (SELECT FROM quarantine_decisions d WHERE d.account_sid = account);
    INSERT INTO freshness (account_sid, source, last_received_at, last_stored_at)
    VALUES (account, 'webhook', '2026-01-02 03:04:06Z', '2026-01-02 03:04:07Z')
    ON CONFLICT DO NOTHING;
    INSERT INTO error_log (error_sid, account_sid, event_id, error_code, level, received_at)
    VALUES ('NO' || account, account, 'event', 11200, 'ERROR', '2026-01-02 03:04:06Z')
    ON CONFLICT DO NOTHING;
END
$plant$;
REVOKE ALL ON FUNCTION public.plant(text, text, text) FROM PUBLIC;

-- A row or two for every public view, of two conversations: what an analyst's packages and dashboards are tried on.
INSERT INTO store.conversations (
    conversation_sid, account_sid, friendly_name, state, started_at, last_message_at, first_received_at, sources, versions,
    customer_addresses, our_address, channel, message_count, inbound_count, outbound_count, failed_count, first_response_seconds,
    highest_index
)
VALUES
    ('CH1', 'AC1', 'first', 'active', now() - interval '2 days', now() - interval '2 days', now(), '{webhook}', '', '{+15550100}',
        '+15550199', 'sms', 2, 1, 1, 1, 12.5, 1),
    ('CH2', 'AC1', 'second', 'closed', now() - interval '1 day', now() - interval '1 day', now(), '{webhook}', '', '{+15550100}',
        '+15550199', 'sms', 0, 0, 0, 0, NULL, NULL);

INSERT INTO store.messages (
    message_sid, conversation_sid, account_sid, index, author, body, media, sent_at, is_stub, first_received_at, sources, versions,
    author_kind
)
VALUES
    ('IM1', 'CH1', 'AC1', 0, '+15550100', 'Hello', '[{"sid": "ME1", "contentType": "image/png", "sizeBytes": 5}]',
        now() - interval '2 days', false, now(), '{webhook}', '', 'customer'),
    ('IM2', 'CH1', 'AC1', 1, 'kim', 'Hi', NULL, now() - interval '2 days', false, now(), '{webhook}', '', 'agent');

INSERT INTO store.participants (
    participant_sid, conversation_sid, account_sid, address, proxy_address, binding_type, joined_at, first_received_at, sources, versions
)
VALUES
    ('MB1', 'CH1', 'AC1', '+15550100', '+15550199', 'sms', now(), now(), '{webhook}', '');

INSERT INTO store.users (user_sid, account_sid, identity, friendly_name, first_received_at, sources, versions)
VALUES
    ('US1', 'AC1', 'kim', 'Kim', now(), '{webhook}', '');

INSERT INTO store.deliveries (
    channel_message_sid, account_sid, message_sid, conversation_sid, participant_sid, statuses, status, error_code,
    first_received_at, last_received_at, sources, versions
)
VALUES
    ('SM1', 'AC1', 'IM2', 'CH1', 'MB1', '{sent,undelivered}', 'undelivered', 30003, now(), now(), '{status_callback}', '');

INSERT INTO store.delivery_events (channel_message_sid, account_sid, status, received_at, source)
VALUES
    ('SM1', 'AC1', 'sent', now(), 'status_callback'),
    ('SM1', 'AC1', 'undelivered', now(), 'status_callback');

INSERT INTO store.flow_executions (
    execution_sid, account_sid, flow_sid, conversation_sid, started_at, ended_at, answers, first_received_at, sources, versions
)
VALUES
    ('FN1', 'AC1', 'FW1', 'CH1', now(), now(), '{"pet": "dog"}', now(), '{event_stream}', '');

INSERT INTO store.handoffs (
    handoff_id, account_sid, conversation_sid, trigger, status, requested_at, deadline_at, next_check_at, ready_at
)
VALUES
    ('H1', 'AC1', 'CH1', 'flow_ended', 'ready', now(), now(), now(), now());

INSERT INTO store.handoff_snapshots (
    handoff_id, version, account_sid, conversation_sid, content, content_sha256, verdict, message_count, failed_count,
    missing_count, created_at
)
VALUES
    ('H1', 1, 'AC1', 'CH1', '{}', 'hash', 'complete', 2, 1, 0, now());

INSERT INTO handoff.deliveries (
    handoff_id, version, destination_kind, destination, account_sid, conversation_sid, status, give_up_at, message_id, snapshot_sha256
)
VALUES
    ('H1', 1, 'email', 'desk@example.com', 'AC1', 'CH1', 'sent', now(), '<m>', 'hash');

INSERT INTO handoff.attempts (handoff_id, version, destination_kind, destination, attempt, account_sid, attempted_at, outcome)
VALUES
    ('H1', 1, 'email', 'desk@example.com', 1, 'AC1', now(), 'sent');

INSERT INTO store.unrecognised_events (event_id, account_sid, event_type, source, reason, received_at, record)
VALUES
    ('E1', 'AC1', 'onNews', 'webhook', 'type', now(), '');

INSERT INTO store.quarantined_records (topic, partition, record_offset, reason, recorded_at)
VALUES
    ('transcripts.events', 0, 0, 'not_json', now());

INSERT INTO store.error_log (error_sid, account_sid, event_id, error_code, received_at)
VALUES
    ('NO1', 'AC1', 'E2', 11200, now());

INSERT INTO store.freshness (account_sid, source, last_received_at, last_stored_at)
VALUES
    ('AC1', 'webhook', now(), now());

INSERT INTO store.reads (reader, via, action, account_sid, conversation_sid)
VALUES
    ('transcripts_analyst', 'export', 'export_csv', 'AC1', 'CH1');

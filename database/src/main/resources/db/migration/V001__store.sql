-- The archiver's tables. They are private: analysts read the views of schema transcripts.
--
-- No foreign keys between these tables and no unique index on the message index: both would refuse true data, since
-- webhooks come in any order and a parent may never come. account_sid is in every table.
--
-- "versions" holds the version of each register of the row (docs/adr/005-one-merge-in-java.md); only the archiver reads it.

CREATE SCHEMA store;

CREATE TABLE store.conversations (
    conversation_sid       text PRIMARY KEY,
    account_sid            text NOT NULL,
    service_sid            text,
    messaging_service_sid  text,
    unique_name            text,
    friendly_name          text,
    attributes             text,
    attributes_json        jsonb,
    state                  text,
    binding_addresses      text[],
    binding_proxy_address  text,
    started_at             timestamptz,
    closed_at              timestamptz,
    removed_at             timestamptz,
    first_received_at      timestamptz NOT NULL,
    sources                text[]      NOT NULL,
    versions               bytea       NOT NULL,
    -- derived from the rows of the conversation after each batch that touched it
    customer_addresses     text[]      NOT NULL DEFAULT '{}',
    our_address            text,
    channel                text        NOT NULL DEFAULT 'other',
    last_message_at        timestamptz,
    message_count          integer     NOT NULL DEFAULT 0,
    inbound_count          integer     NOT NULL DEFAULT 0,
    outbound_count         integer     NOT NULL DEFAULT 0,
    failed_count           integer     NOT NULL DEFAULT 0,
    first_response_seconds numeric,
    highest_index          bigint,
    missing_count          integer     NOT NULL DEFAULT 0,
    missing_index          bigint,
    missing_since          timestamptz,
    repaired_count         integer     NOT NULL DEFAULT 0,
    silent_count           integer     NOT NULL DEFAULT 0,
    verified_through_index bigint,
    verified_at            timestamptz,
    CONSTRAINT conversations_channel CHECK (channel IN
        ('sms', 'mms', 'group_mms', 'whatsapp', 'messenger', 'rcs', 'chat', 'email', 'other'))
);
CREATE INDEX conversations_last_message_at ON store.conversations (last_message_at DESC NULLS LAST);
CREATE INDEX conversations_missing ON store.conversations (missing_since) WHERE missing_count > 0;

CREATE TABLE store.messages (
    message_sid       text PRIMARY KEY,
    conversation_sid  text NOT NULL,
    account_sid       text NOT NULL,
    index             bigint,
    author            text,
    participant_sid   text,
    origin            text,
    body              text,
    attributes        text,
    attributes_json   jsonb,
    body_second       bigint, -- epoch second of the edit that wrote the body; null: the first text
    attributes_second bigint, -- likewise
    media             jsonb,
    sent_at           timestamptz,
    edited_at         timestamptz,
    removed_at        timestamptz,
    is_stub           boolean     NOT NULL,
    first_received_at timestamptz NOT NULL,
    sources           text[]      NOT NULL,
    versions          bytea       NOT NULL,
    -- derived from author, origin and the participants of the conversation
    author_kind       text        NOT NULL DEFAULT 'system',
    CONSTRAINT messages_author_kind CHECK (author_kind IN ('customer', 'agent', 'flow', 'system'))
);
CREATE INDEX messages_conversation ON store.messages (conversation_sid, index);

-- An address of a participant is a customer's; an identity or an SDK client is an agent; our own address or a configured
-- author is the flow; what a carrier brought in is a customer's; what is left is the system.
CREATE FUNCTION store.author_kind(
    author text, origin text, addresses text[], identities text[], proxies text[], flow_authors text[]
) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN author = ANY (addresses) THEN 'customer'
        WHEN author = ANY (identities) OR origin = 'SDK' THEN 'agent'
        WHEN author = ANY (proxies) OR author = ANY (flow_authors) THEN 'flow'
        WHEN origin = 'SMS' THEN 'customer'
        ELSE 'system'
    END;

-- Values of a register that a later one took the place of; also every observation of the same value at another second,
-- which the view leaves out. The value that is current is never in here.
CREATE TABLE store.message_revisions (
    message_sid      text  NOT NULL,
    register         text  NOT NULL,
    observed_second  bigint NOT NULL,
    content_sha256   bytea NOT NULL,
    conversation_sid text  NOT NULL,
    account_sid      text  NOT NULL,
    value            text  NOT NULL,
    version          bytea NOT NULL,
    PRIMARY KEY (message_sid, register, observed_second, content_sha256),
    CONSTRAINT message_revisions_register CHECK (register IN ('body', 'attributes'))
);

CREATE TABLE store.participants (
    participant_sid         text PRIMARY KEY,
    conversation_sid        text NOT NULL,
    account_sid             text NOT NULL,
    identity                text,
    address                 text,
    proxy_address           text,
    binding_type            text,
    role_sid                text,
    attributes              text,
    last_read_message_index bigint,
    joined_at               timestamptz,
    left_at                 timestamptz,
    first_received_at       timestamptz NOT NULL,
    sources                 text[]      NOT NULL,
    versions                bytea       NOT NULL
);
CREATE INDEX participants_conversation ON store.participants (conversation_sid);
CREATE INDEX participants_address ON store.participants (address);

CREATE TABLE store.users (
    user_sid          text PRIMARY KEY,
    account_sid       text NOT NULL,
    service_sid       text,
    identity          text,
    friendly_name     text,
    role_sid          text,
    attributes        text,
    is_online         boolean,
    is_notifiable     boolean,
    created_at        timestamptz,
    first_received_at timestamptz NOT NULL,
    sources           text[]      NOT NULL,
    versions          bytea       NOT NULL
);

-- Keyed by the channel message SID, fed by receipts and status callbacks without looking each other up.
CREATE TABLE store.deliveries (
    channel_message_sid  text PRIMARY KEY,
    account_sid          text NOT NULL,
    delivery_receipt_sid text,
    message_sid          text,
    conversation_sid     text,
    participant_sid      text,
    from_address         text,
    to_address           text,
    messaging_service_sid text,
    channel_prefix       text,
    statuses             text[]      NOT NULL,
    status               text        NOT NULL,
    error_at             timestamptz,
    error_code           integer,
    error_text           text,
    first_received_at    timestamptz NOT NULL,
    last_received_at     timestamptz NOT NULL,
    sources              text[]      NOT NULL,
    versions             bytea       NOT NULL
);
CREATE INDEX deliveries_message ON store.deliveries (message_sid);
CREATE INDEX deliveries_conversation ON store.deliveries (conversation_sid);

-- Append-only. A state told twice in the same words is one row.
CREATE TABLE store.delivery_events (
    channel_message_sid text        NOT NULL,
    account_sid         text        NOT NULL,
    status              text        NOT NULL,
    error_code          integer,
    occurred_at         timestamptz,
    received_at         timestamptz NOT NULL,
    source              text        NOT NULL,
    carrier_done_date   text,
    CONSTRAINT delivery_events_once UNIQUE NULLS NOT DISTINCT
        (channel_message_sid, status, source, error_code, occurred_at, carrier_done_date)
);

CREATE TABLE store.flow_executions (
    execution_sid     text PRIMARY KEY,
    account_sid       text NOT NULL,
    flow_sid          text,
    conversation_sid  text,
    started_at        timestamptz,
    ended_at          timestamptz,
    ended_reason      text,
    answers           jsonb,
    first_received_at timestamptz NOT NULL,
    sources           text[]      NOT NULL,
    versions          bytea       NOT NULL
);
CREATE INDEX flow_executions_conversation ON store.flow_executions (conversation_sid);

-- What Twilio signed and we did not understand, whole, until somebody has dealt with it.
CREATE TABLE store.unrecognised_events (
    event_id         text PRIMARY KEY,
    account_sid      text        NOT NULL,
    conversation_sid text,
    event_type       text,
    source           text        NOT NULL,
    reason           text        NOT NULL,
    received_at      timestamptz NOT NULL,
    record           bytea       NOT NULL,
    dealt_with_at    timestamptz
);

-- What Twilio asked before it acted. It may never have happened: no other table knows of it.
CREATE TABLE store.pre_action_events (
    event_id    text PRIMARY KEY,
    account_sid text        NOT NULL,
    event_type  text,
    record_key  text        NOT NULL,
    received_at timestamptz NOT NULL,
    record      bytea       NOT NULL
);

CREATE TABLE store.quarantined_records (
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    record_offset  bigint      NOT NULL,
    account_sid    text,
    reason         text        NOT NULL,
    sqlstate       text,
    record_key     bytea,
    record_value   bytea,
    recorded_at    timestamptz NOT NULL,
    quarantined_at timestamptz NOT NULL DEFAULT now(),
    replayed_at    timestamptz,
    PRIMARY KEY (topic, partition, record_offset)
);

-- The next offset of each partition, written in the transaction of the batch: the position belongs to the rows.
CREATE TABLE store.consumer_offsets (
    consumer_group text        NOT NULL,
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    next_offset    bigint      NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer_group, topic, partition)
);

CREATE TABLE store.freshness (
    account_sid      text        NOT NULL,
    source           text        NOT NULL,
    last_occurred_at timestamptz,
    last_received_at timestamptz NOT NULL,
    last_stored_at   timestamptz NOT NULL,
    PRIMARY KEY (account_sid, source)
);

-- One row, written by the archiver at start, so that a view can tell a late message from a missing one.
CREATE TABLE store.verdict_settings (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    missing_grace interval NOT NULL
);
INSERT INTO store.verdict_settings (missing_grace) VALUES (interval '30 seconds');

CREATE TABLE store.handoffs (
    handoff_id       text PRIMARY KEY,
    account_sid      text        NOT NULL,
    conversation_sid text        NOT NULL,
    execution_sid    text,
    flow_sid         text,
    trigger          text        NOT NULL,
    reason           text,
    note             text,
    answers          jsonb,
    status           text        NOT NULL,
    version          integer     NOT NULL DEFAULT 1,
    requested_at     timestamptz NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    deadline_at      timestamptz NOT NULL,
    next_check_at    timestamptz NOT NULL,
    -- what the conversation looked like at the last check, and since when: quiet is told by this clock alone
    activity         text,
    quiet_since      timestamptz,
    ready_at         timestamptz,
    CONSTRAINT handoffs_trigger CHECK (trigger IN ('flow_ended', 'execution_ended', 'closed', 'inactive', 'on_demand')),
    CONSTRAINT handoffs_status CHECK (status IN ('settling', 'ready', 'expired', 'abandoned'))
);
CREATE INDEX handoffs_conversation ON store.handoffs (conversation_sid);
CREATE INDEX handoffs_settling ON store.handoffs (next_check_at) WHERE status = 'settling';

-- Which trigger belongs to which handoff: a trigger that is seen again does nothing.
CREATE TABLE store.handoff_triggers (
    event_id    text PRIMARY KEY,
    handoff_id  text        NOT NULL,
    account_sid text        NOT NULL,
    trigger     text        NOT NULL,
    received_at timestamptz NOT NULL
);

-- Immutable: what was handed over, per version.
CREATE TABLE store.handoff_snapshots (
    handoff_id            text        NOT NULL,
    version               integer     NOT NULL,
    account_sid           text        NOT NULL,
    conversation_sid      text        NOT NULL,
    content               text        NOT NULL,
    content_sha256        text        NOT NULL,
    verdict               text        NOT NULL,
    verdict_reason        text,
    message_count         integer     NOT NULL,
    failed_count          integer     NOT NULL,
    missing_count         integer     NOT NULL,
    covers_through_index  bigint,
    created_at            timestamptz NOT NULL,
    published_at          timestamptz,
    PRIMARY KEY (handoff_id, version)
);
CREATE INDEX handoff_snapshots_unpublished ON store.handoff_snapshots (created_at) WHERE published_at IS NULL;

-- Plain words for the error codes that occur most. The text is ours.
CREATE TABLE store.error_codes (
    error_code integer PRIMARY KEY,
    meaning    text NOT NULL,
    advice     text NOT NULL
);
INSERT INTO store.error_codes (error_code, meaning, advice)
VALUES
    (21610, 'The customer has opted out of messages from this number.', 'Do not text again; use another way to reach them.'),
    (21611, 'The queue of the sending number is full.', 'Send later or spread the load over more numbers.'),
    (30001, 'The message waited too long in the queue and was dropped.', 'Send it again when less is being sent.'),
    (30003, 'The phone was switched off or out of reach.', 'Try again later or call.'),
    (30005, 'The number is unknown or no longer in service.', 'Check the number with the customer.'),
    (30007, 'The carrier filtered the message as unwanted.', 'Reword the message and check the registration of the number.');

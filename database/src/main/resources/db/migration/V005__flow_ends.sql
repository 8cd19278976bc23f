-- The end of a flow, from every side. See docs/adr/017-event-streams-and-flow-ends.md.

-- What an execution names instead of its conversation: the customer's address, to find the conversation by. Private.
ALTER TABLE store.flow_executions
    ADD COLUMN contact_address text;
CREATE INDEX flow_executions_unplaced ON store.flow_executions (ended_at)
    WHERE conversation_sid IS NULL AND ended_at IS NOT NULL;

COMMENT ON COLUMN transcripts.flow_executions.conversation_sid IS
    'Conversation (CH). Null: not told, and not found yet where the execution has ended.';
COMMENT ON COLUMN transcripts.flow_executions.ended_at IS
    'When it ended, or when we heard of it where that was told without a time; the earliest of these.';

-- The search for the conversation of an execution, one row each. All times are the database's.
CREATE TABLE store.execution_searches (
    execution_sid text PRIMARY KEY,
    attempts      integer     NOT NULL,
    due_at        timestamptz NOT NULL,
    last_error    text
);

-- Up to when the ended executions of a flow have been read.
CREATE TABLE store.flow_polls (
    flow_sid       text PRIMARY KEY,
    polled_through timestamptz NOT NULL DEFAULT now(),
    due_at         timestamptz NOT NULL DEFAULT now(),
    last_error     text
);

-- A trigger's id is its event's; that a conversation is closed happens once, whoever tells it, and its id says so.
COMMENT ON COLUMN store.handoff_triggers.event_id IS 'Event id, or "closed " and the conversation''s SID.';

CREATE TABLE store.error_log (
    error_sid       text PRIMARY KEY,
    account_sid     text        NOT NULL,
    event_id        text        NOT NULL,
    error_code      integer,
    level           text,
    product_name    text,
    service_sid     text,
    correlation_sid text,
    logged_at       timestamptz,
    received_at     timestamptz NOT NULL
);
CREATE INDEX error_log_received_at ON store.error_log (received_at);

CREATE VIEW transcripts.twilio_errors AS
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
FROM store.error_log e;

COMMENT ON VIEW transcripts.twilio_errors IS 'One row per error or warning that Twilio logged and Event Streams told.';
COMMENT ON COLUMN transcripts.twilio_errors.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.twilio_errors.error_sid IS 'Twilio''s entry (NO).';
COMMENT ON COLUMN transcripts.twilio_errors.error_code IS 'Twilio''s code, 11200 for instance. Null: not told.';
COMMENT ON COLUMN transcripts.twilio_errors.level IS 'ERROR, WARNING, ... as Twilio spells it.';
COMMENT ON COLUMN transcripts.twilio_errors.product_name IS 'Product of Twilio that logged it.';
COMMENT ON COLUMN transcripts.twilio_errors.service_sid IS 'Service that it belongs to. Null: not told.';
COMMENT ON COLUMN transcripts.twilio_errors.correlation_sid IS 'What it is about, a conversation for instance. Null: not told.';
COMMENT ON COLUMN transcripts.twilio_errors.logged_at IS 'When Twilio logged it.';
COMMENT ON COLUMN transcripts.twilio_errors.received_at IS 'When we first heard of it.';

GRANT SELECT, INSERT, UPDATE ON store.execution_searches, store.flow_polls, store.error_log TO transcripts_archiver;
GRANT SELECT ON transcripts.twilio_errors TO transcripts_archiver, transcripts_analyst, transcripts_auditor;

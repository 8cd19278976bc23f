-- What Twilio's own lists said, and the verdict that follows from it. See docs/adr/016-reconciliation-and-verdict.md.

-- The latest finished listing of a conversation's messages: from when it is, how far it reaches, and which indexes below
-- it does not hold. All three come from one conversation.reconciled event.
ALTER TABLE store.conversations
    ADD COLUMN listed_at          timestamptz,
    ADD COLUMN listed_through     bigint, -- -1: the list was empty
    ADD COLUMN listed_holes       int8multirange,
    -- derived: the highest index of a message that is not removed
    ADD COLUMN highest_kept_index bigint;

-- Twilio told of it by a webhook or an event stream; otherwise somebody had to ask.
ALTER TABLE store.messages
    ADD COLUMN is_announced boolean NOT NULL DEFAULT false;

-- Since when a source speaks: what is older than the first webhook cannot have had one.
ALTER TABLE store.freshness
    ADD COLUMN first_received_at timestamptz;

-- Conversations whose list has to be read, one row each. The finding deletes its request when it is merged, so a crash
-- between the two repeats the listing. All times are the database's.
CREATE TABLE store.reconciliations (
    conversation_sid text PRIMARY KEY,
    account_sid      text        NOT NULL,
    service_sid      text,
    reason           text        NOT NULL,
    priority         smallint    NOT NULL,
    is_whole         boolean     NOT NULL,
    order_at         timestamptz NOT NULL,
    requested_at     timestamptz NOT NULL DEFAULT now(),
    due_at           timestamptz NOT NULL DEFAULT now(),
    attempts         integer     NOT NULL DEFAULT 0,
    last_error       text,
    CONSTRAINT reconciliations_reason CHECK (reason IN ('handoff', 'closed', 'missing', 'outage', 'sweep', 'command'))
);
-- priority, then oldest first
CREATE INDEX reconciliations_due ON store.reconciliations (priority, order_at);

-- Walks through an account's conversations at Twilio that put them into the queue above. Resumable: the link to the
-- page that comes next is written after each page.
CREATE TABLE store.reconciliation_sweeps (
    sweep_id      text PRIMARY KEY,
    account_sid   text        NOT NULL,
    service_sid   text,
    reason        text        NOT NULL,
    created_from  timestamptz,
    created_to    timestamptz,
    next_page_url text,
    listed_count  bigint      NOT NULL DEFAULT 0,
    requested_at  timestamptz NOT NULL DEFAULT now(),
    due_at        timestamptz NOT NULL DEFAULT now(),
    attempts      integer     NOT NULL DEFAULT 0,
    last_error    text,
    finished_at   timestamptz,
    CONSTRAINT reconciliation_sweeps_reason CHECK (reason IN ('outage', 'sweep', 'command'))
);
CREATE INDEX reconciliation_sweeps_due ON store.reconciliation_sweeps (due_at) WHERE finished_at IS NULL;

CREATE OR REPLACE VIEW transcripts.conversations AS
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
    v.verdict,
    CASE v.verdict
        WHEN 'complete' THEN 'everything that Twilio lists is here'
        WHEN 'reconciling' THEN 'being compared with the list that Twilio keeps'
        WHEN 'gap' THEN
            c.missing_count || CASE c.missing_count WHEN 1 THEN ' message is' ELSE ' messages are' END || ' missing'
                || coalesce(', the first at index ' || c.missing_index, '')
        ELSE
            CASE
                WHEN c.removed_at IS NOT NULL THEN 'deleted at Twilio, so there is no list to compare it with'
                WHEN r.last_error IS NOT NULL THEN 'Twilio could not be asked: ' || r.last_error
                WHEN c.listed_at IS NULL THEN 'not yet compared with the list that Twilio keeps'
                ELSE 'compared with the list that Twilio keeps, but not what came since'
            END
    END AS verdict_reason,
    c.verified_through_index,
    c.verified_at,
    c.removed_at,
    c.first_received_at,
    c.sources
FROM store.conversations c
CROSS JOIN store.verdict_settings s
LEFT JOIN store.reconciliations r ON r.conversation_sid = c.conversation_sid
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN c.missing_count = 0 AND c.listed_at IS NOT NULL AND coalesce(c.highest_kept_index, -1) <= c.listed_through
                THEN 'complete'
            WHEN r.conversation_sid IS NOT NULL AND r.last_error IS NULL THEN 'reconciling'
            -- a message is late before it is missing
            WHEN c.missing_count > 0 AND c.missing_since + s.missing_grace < now() THEN 'gap'
            ELSE 'unverified'
        END AS verdict
) v;

COMMENT ON COLUMN transcripts.conversations.verdict IS
    'complete (everything that Twilio listed at verified_at is here, and nothing newer is), reconciling (being compared), gap (messages are missing) or unverified.';

GRANT SELECT, INSERT, UPDATE, DELETE ON store.reconciliations TO transcripts_archiver;
GRANT SELECT, INSERT, UPDATE ON store.reconciliation_sweeps TO transcripts_archiver;

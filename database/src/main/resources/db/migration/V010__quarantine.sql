-- What a person decides about requests and records that were set aside, and who it was.
-- See docs/adr/027-adopt-and-replay.md.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'transcripts_operator') THEN
        RAISE EXCEPTION 'The role transcripts_operator is missing: run db/bootstrap/roles.sql as a superuser first';
    END IF;
END
$$;

ALTER TABLE store.quarantined_records
    ADD COLUMN replay_requested_at timestamptz, -- null: nobody asks for it, or it is done
    ADD COLUMN replay_requested_by text,
    ADD COLUMN dropped_at          timestamptz;
CREATE INDEX quarantined_records_to_replay ON store.quarantined_records (replay_requested_at)
    WHERE replay_requested_at IS NOT NULL;

ALTER TABLE handoff.quarantined_records
    ADD COLUMN dropped_at timestamptz;

-- Rows are added and never changed. A record of Kafka's topic of requests is known by the request's id too: a topic
-- that was made anew counts its offsets anew.
CREATE TABLE store.quarantine_decisions (
    decision_id   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic         text        NOT NULL,
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    request_id    text,
    account_sid   text,
    decision      text        NOT NULL,
    outcome       text        NOT NULL,
    decided_by    text        NOT NULL,
    database_user text        NOT NULL DEFAULT session_user,
    decided_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT quarantine_decisions_decision CHECK (decision IN ('adopt', 'adopt_unverified', 'drop', 'replay'))
);
CREATE INDEX quarantine_decisions_record ON store.quarantine_decisions (topic, partition, record_offset);

-- A stream that paused because one reason quarantines too much goes on. The last row for a service and reason counts.
CREATE TABLE store.quarantine_allowances (
    allowance_id  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service       text        NOT NULL,
    reason        text        NOT NULL,
    allowed_until timestamptz NOT NULL,
    allowed_by    text        NOT NULL,
    database_user text        NOT NULL DEFAULT session_user,
    allowed_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT quarantine_allowances_service CHECK (service IN ('archiver', 'notifier'))
);
CREATE INDEX quarantine_allowances_reason ON store.quarantine_allowances (service, reason, allowance_id DESC);

CREATE OR REPLACE VIEW transcripts.quarantined_records AS
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
    octet_length(q.record_value) AS size_bytes
FROM store.quarantined_records q;

COMMENT ON COLUMN transcripts.quarantined_records.reason IS 'empty, not_json, version, type, incomplete, data for one that the database refused, or error: and a class. After a replay that failed: why that did.';
COMMENT ON COLUMN transcripts.quarantined_records.replayed_at IS 'When it was replayed, and stored. Null: not yet.';
COMMENT ON COLUMN transcripts.quarantined_records.replay_requested_at IS 'Since when it waits for being replayed. Null: it does not.';
COMMENT ON COLUMN transcripts.quarantined_records.dropped_at IS 'When somebody decided that it is not needed. Null: nobody did.';
COMMENT ON COLUMN transcripts.quarantined_records.size_bytes IS 'Size of its value in bytes. Null: it has none.';

CREATE VIEW transcripts.quarantine_decisions AS
SELECT
    d.topic,
    d.partition,
    d.record_offset,
    d.account_sid,
    d.decision,
    d.outcome,
    d.decided_by,
    d.database_user,
    d.decided_at
FROM store.quarantine_decisions d;

COMMENT ON VIEW transcripts.quarantine_decisions IS 'One row per decision about a request or record that was set aside, and per outcome of a replay.';
COMMENT ON COLUMN transcripts.quarantine_decisions.topic IS 'Kafka topic; transcripts.quarantine for a request that was not verified.';
COMMENT ON COLUMN transcripts.quarantine_decisions.partition IS 'Kafka partition.';
COMMENT ON COLUMN transcripts.quarantine_decisions.record_offset IS 'Kafka offset.';
COMMENT ON COLUMN transcripts.quarantine_decisions.account_sid IS 'Twilio account (AC). Null: not known.';
COMMENT ON COLUMN transcripts.quarantine_decisions.decision IS 'adopt, adopt_unverified, drop or replay.';
COMMENT ON COLUMN transcripts.quarantine_decisions.outcome IS 'adopted, dropped, requested, replayed, or not_stored: and the reason.';
COMMENT ON COLUMN transcripts.quarantine_decisions.decided_by IS 'Who decided it, as they or their computer said.';
COMMENT ON COLUMN transcripts.quarantine_decisions.database_user IS 'The database role that wrote the row.';
COMMENT ON COLUMN transcripts.quarantine_decisions.decided_at IS 'When it was written.';

GRANT SELECT ON transcripts.quarantine_decisions TO transcripts_archiver, transcripts_analyst, transcripts_auditor;

-- The operator sees what was set aside but for the bytes, and can only add decisions.
GRANT USAGE ON SCHEMA store, handoff, transcripts TO transcripts_operator;
GRANT SELECT ON transcripts.quarantined_records, transcripts.quarantine_decisions TO transcripts_operator;
GRANT SELECT (topic, partition, record_offset, account_sid, reason, sqlstate, recorded_at, quarantined_at, replayed_at,
        replay_requested_at, replay_requested_by, dropped_at),
    UPDATE (replay_requested_at, replay_requested_by, dropped_at)
    ON store.quarantined_records TO transcripts_operator;
GRANT SELECT (topic, partition, record_offset, account_sid, reason, sqlstate, recorded_at, quarantined_at, replayed_at,
        dropped_at),
    UPDATE (dropped_at)
    ON handoff.quarantined_records TO transcripts_operator;
GRANT SELECT, INSERT (topic, partition, record_offset, request_id, account_sid, decision, outcome, decided_by)
    ON store.quarantine_decisions TO transcripts_operator, transcripts_archiver;
GRANT SELECT, INSERT (service, reason, allowed_until, allowed_by) ON store.quarantine_allowances TO transcripts_operator;
GRANT SELECT ON store.quarantine_allowances TO transcripts_archiver, transcripts_notifier;
-- It asks for comparisons too.
GRANT SELECT (conversation_sid, account_sid, verdict, started_at, removed_at) ON transcripts.conversations
    TO transcripts_operator;
GRANT EXECUTE ON FUNCTION store.status_rank(text), store.channel_of(text, text, text) TO transcripts_operator;
GRANT SELECT (conversation_sid, account_sid, service_sid) ON store.conversations TO transcripts_operator;
GRANT SELECT, INSERT, UPDATE ON store.reconciliations, store.reconciliation_sweeps TO transcripts_operator;

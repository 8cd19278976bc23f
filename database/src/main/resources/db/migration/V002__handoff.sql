-- The notifier's tables: what goes out, to whom, and what came of it.

CREATE SCHEMA handoff;

-- One row per handoff version and destination: the key of everything that goes out.
CREATE TABLE handoff.deliveries (
    handoff_id       text        NOT NULL,
    version          integer     NOT NULL,
    destination_kind text        NOT NULL,
    destination      text        NOT NULL,
    account_sid      text        NOT NULL,
    conversation_sid text        NOT NULL,
    status           text        NOT NULL,
    attempts         integer     NOT NULL DEFAULT 0,
    attempt_token    text,
    planned_at       timestamptz NOT NULL DEFAULT now(),
    first_attempt_at timestamptz,
    sent_at          timestamptz,
    give_up_at       timestamptz NOT NULL,
    message_id       text        NOT NULL,
    response         text,
    snapshot_sha256  text        NOT NULL, -- of the snapshot that was announced
    content_sha256   text,                 -- of the bytes that were handed over
    PRIMARY KEY (handoff_id, version, destination_kind, destination),
    CONSTRAINT deliveries_status CHECK (status IN ('planned', 'sending', 'sent', 'retrying', 'refused', 'paused')),
    CONSTRAINT deliveries_kind CHECK (destination_kind IN ('email', 'webhook', 'slack', 'directory'))
);
-- What is not done yet is counted for a gauge; what is done is most of the table.
CREATE INDEX deliveries_open ON handoff.deliveries (status) WHERE status IN ('planned', 'sending', 'retrying', 'paused');

CREATE TABLE handoff.attempts (
    handoff_id       text        NOT NULL,
    version          integer     NOT NULL,
    destination_kind text        NOT NULL,
    destination      text        NOT NULL,
    attempt          integer     NOT NULL,
    account_sid      text        NOT NULL,
    attempted_at     timestamptz NOT NULL,
    finished_at      timestamptz,
    outcome          text        NOT NULL,
    response         text,
    PRIMARY KEY (handoff_id, version, destination_kind, destination, attempt)
);

CREATE TABLE handoff.quarantined_records (
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

CREATE TABLE handoff.consumer_offsets (
    consumer_group text        NOT NULL,
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    next_offset    bigint      NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer_group, topic, partition)
);

-- The columns that db-scheduler 16.12 reads and writes (its JdbcTaskRepository). Task instances hold no address.
CREATE TABLE handoff.scheduled_tasks (
    task_name            text        NOT NULL,
    task_instance        text        NOT NULL,
    task_data            bytea,
    execution_time       timestamptz NOT NULL,
    picked               boolean     NOT NULL,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint      NOT NULL,
    priority             smallint,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_execution_time ON handoff.scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat ON handoff.scheduled_tasks (last_heartbeat);
CREATE INDEX scheduled_tasks_priority ON handoff.scheduled_tasks (priority DESC, execution_time ASC);

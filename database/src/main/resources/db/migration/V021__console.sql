-- The console: its sessions, and the order of its list. See docs/adr/038-the-console-reads-the-public-views.md.

-- Sessions, in the shape that Spring Session prescribes. What is in them is gone when they expire.
CREATE TABLE store.console_sessions (
    primary_id            char(36) PRIMARY KEY,
    session_id            char(36) NOT NULL,
    creation_time         bigint   NOT NULL,
    last_access_time      bigint   NOT NULL,
    max_inactive_interval integer  NOT NULL,
    expiry_time           bigint   NOT NULL,
    principal_name        varchar(100)
);
CREATE UNIQUE INDEX console_sessions_session_id ON store.console_sessions (session_id);
CREATE INDEX console_sessions_expiry_time ON store.console_sessions (expiry_time);
CREATE INDEX console_sessions_principal_name ON store.console_sessions (principal_name);

CREATE TABLE store.console_sessions_attributes (
    session_primary_id char(36)     NOT NULL REFERENCES store.console_sessions (primary_id) ON DELETE CASCADE,
    attribute_name     varchar(200) NOT NULL,
    attribute_bytes    bytea        NOT NULL,
    PRIMARY KEY (session_primary_id, attribute_name)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON store.console_sessions, store.console_sessions_attributes TO transcripts_archiver;

-- Newest first, and from any row of it on.
CREATE INDEX conversations_activity
    ON store.conversations ((coalesce(last_message_at, first_received_at)) DESC, conversation_sid DESC);
-- The rare ones, in the same order.
CREATE INDEX conversations_failed
    ON store.conversations ((coalesce(last_message_at, first_received_at)) DESC, conversation_sid DESC)
    WHERE failed_count > 0;

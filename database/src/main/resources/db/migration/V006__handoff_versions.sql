-- Rules, follow-ups, reminders, and who has taken a customer over. See docs/adr/022-settling-and-follow-ups.md.

ALTER TABLE store.handoffs
    ADD COLUMN rule               text,        -- that its settling follows; null: none fits
    ADD COLUMN quiet_window       interval    NOT NULL DEFAULT interval '5 seconds',
    ADD COLUMN waits_for_delivery boolean     NOT NULL DEFAULT true,
    ADD COLUMN requested_by       text,        -- on demand: the user who signed in
    ADD COLUMN watch_until        timestamptz, -- until then what comes later gives a follow-up; null: nothing does
    ADD COLUMN look_at            timestamptz, -- when it is looked whether something came; null: nothing was touched
    ADD COLUMN follow_up_at       timestamptz, -- when the window ends that the first change opened; null: none is open
    ADD COLUMN remind_at          timestamptz, -- unless somebody has taken it by then
    ADD COLUMN taken_at           timestamptz,
    ADD COLUMN taken_by           text;        -- fingerprint of the destination, or the user who signed in
CREATE INDEX handoffs_to_look_at ON store.handoffs (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX handoffs_to_remind ON store.handoffs (remind_at) WHERE remind_at IS NOT NULL;

-- What the notifier plans by, beside the document, which may be large; and what the watch compares with.
ALTER TABLE store.handoff_snapshots
    ADD COLUMN kind            text           NOT NULL DEFAULT 'transcript',
    ADD COLUMN follows_version integer,
    ADD COLUMN channel         text,
    ADD COLUMN our_address     text,
    ADD COLUMN answers         jsonb,
    ADD COLUMN new_messages    integer        NOT NULL DEFAULT 0, -- of a follow-up, since the version that it follows
    ADD COLUMN new_failures    integer        NOT NULL DEFAULT 0,
    ADD COLUMN covers_indexes  int8multirange NOT NULL DEFAULT '{}', -- of the messages in it
    ADD COLUMN failed_messages text[]         NOT NULL DEFAULT '{}', -- SIDs of those that had failed
    ADD CONSTRAINT handoff_snapshots_kind CHECK (kind IN ('transcript', 'follow_up', 'reminder', 'resend'));

-- Who wrote, by name.
CREATE INDEX users_identity ON store.users (account_sid, identity);

CREATE OR REPLACE VIEW transcripts.handoffs AS
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
    s.content_sha256,
    s.kind,
    s.follows_version,
    h.taken_at,
    h.rule
FROM store.handoffs h
LEFT JOIN store.handoff_snapshots s ON s.handoff_id = h.handoff_id;

COMMENT ON COLUMN transcripts.handoffs.version IS
    '1 for the first transcript, higher for what came later: follow-ups, reminders and resends are numbered together.';
COMMENT ON COLUMN transcripts.handoffs.kind IS
    'transcript (the first), follow_up (what came later), reminder (nobody took the customer over) or resend. Null while settling.';
COMMENT ON COLUMN transcripts.handoffs.follows_version IS 'Version that it adds to, reminds of or repeats. Null: none.';
COMMENT ON COLUMN transcripts.handoffs.taken_at IS 'When somebody took the customer over, in whatever version. Null: nobody said so.';
COMMENT ON COLUMN transcripts.handoffs.rule IS 'Name of the rule that its settling followed. Null: none fits.';

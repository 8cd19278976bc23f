-- Rules, follow-ups, reminders, and who has taken a customer over. See docs/adr/022-settling-and-follow-ups.md.

ALTER TABLE store.handoffs
    ADD COLUMN rule               text,        -- that its settling follows; null: none fits
    ADD COLUMN quiet_window       interval    NOT NULL DEFAULT interval '5 seconds',
    ADD COLUMN waits_for_delivery boolean     NOT NULL DEFAULT true,
    ADD COLUMN watch_until        timestamptz, -- until then what comes later gives a follow-up
    ADD COLUMN remind_at          timestamptz, -- unless somebody has taken it by then
    ADD COLUMN taken_at           timestamptz,
    ADD COLUMN taken_by           text;        -- fingerprint of the destination, or the user who signed in

-- What the notifier plans by, beside the document, which may be large.
ALTER TABLE store.handoff_snapshots
    ADD COLUMN kind            text NOT NULL DEFAULT 'transcript',
    ADD COLUMN follows_version integer,
    ADD COLUMN channel         text,
    ADD COLUMN our_address     text,
    ADD COLUMN answers         jsonb,
    ADD CONSTRAINT handoff_snapshots_kind CHECK (kind IN ('transcript', 'follow_up', 'reminder', 'resend'));

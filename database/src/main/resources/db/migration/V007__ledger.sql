-- The ledger says by which rule and template version something went out, and until when it waits for quiet hours to end.
-- See docs/adr/021-handoff-rules.md and docs/adr/025-other-ways-out.md.

ALTER TABLE handoff.deliveries
    ADD COLUMN rule             text,        -- null: planned before there were rules
    ADD COLUMN destination_name text,
    ADD COLUMN ready_at         timestamptz,
    ADD COLUMN not_before       timestamptz,
    ADD COLUMN template_version text;

ALTER TABLE handoff.attempts
    ADD COLUMN content_sha256   text,
    ADD COLUMN template_version text;

CREATE OR REPLACE VIEW transcripts.handoff_deliveries AS
SELECT
    d.handoff_id,
    d.version,
    d.account_sid,
    d.conversation_sid,
    d.destination_kind,
    d.destination,
    d.status,
    d.attempts,
    d.first_attempt_at,
    d.sent_at,
    d.message_id,
    d.response,
    d.content_sha256,
    d.rule,
    d.destination_name,
    d.template_version,
    d.planned_at,
    d.not_before
FROM handoff.deliveries d;

COMMENT ON COLUMN transcripts.handoff_deliveries.destination IS 'Of a mail the address; otherwise the name of the destination in the rules.';
COMMENT ON COLUMN transcripts.handoff_deliveries.message_id IS 'Message-ID of the mail, webhook-id of a webhook; the same for every attempt.';
COMMENT ON COLUMN transcripts.handoff_deliveries.response IS 'The other side''s last words, or ours where it said nothing.';
COMMENT ON COLUMN transcripts.handoff_deliveries.rule IS 'Name of the rule by which it goes out. Null: planned before there were rules.';
COMMENT ON COLUMN transcripts.handoff_deliveries.destination_name IS 'Name of the destination in the rules. Null: as for rule.';
COMMENT ON COLUMN transcripts.handoff_deliveries.template_version IS 'Hash of the templates and words it was last made by. Null: not tried yet, or made by none.';
COMMENT ON COLUMN transcripts.handoff_deliveries.planned_at IS 'When it was planned.';
COMMENT ON COLUMN transcripts.handoff_deliveries.not_before IS 'When quiet hours end, or when it goes out all the same. Null: it did not have to wait.';

CREATE OR REPLACE VIEW transcripts.handoff_attempts AS
SELECT
    a.handoff_id,
    a.version,
    a.account_sid,
    a.destination_kind,
    a.destination,
    a.attempt,
    a.attempted_at,
    a.finished_at,
    a.outcome,
    a.response,
    d.rule,
    d.destination_name,
    a.template_version,
    a.content_sha256
FROM handoff.attempts a
LEFT JOIN handoff.deliveries d USING (handoff_id, version, destination_kind, destination);

COMMENT ON COLUMN transcripts.handoff_attempts.destination IS 'Of a mail the address; otherwise the name of the destination in the rules.';
COMMENT ON COLUMN transcripts.handoff_attempts.response IS 'The other side''s words, or ours where it said nothing.';
COMMENT ON COLUMN transcripts.handoff_attempts.rule IS 'Name of the rule by which it goes out. Null: planned before there were rules.';
COMMENT ON COLUMN transcripts.handoff_attempts.destination_name IS 'Name of the destination in the rules. Null: as for rule.';
COMMENT ON COLUMN transcripts.handoff_attempts.template_version IS 'Hash of the templates and words it was made by. Null: made by none, or not known.';
COMMENT ON COLUMN transcripts.handoff_attempts.content_sha256 IS 'Hash of what was sent, lower-case hexadecimal. Null: it was not taken.';

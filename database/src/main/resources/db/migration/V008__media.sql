-- Attachments of messages: which are to be fetched, and what became of each. See docs/adr/024-media.md.

CREATE TABLE store.media_files (
    media_sid        text PRIMARY KEY,
    account_sid      text        NOT NULL,
    service_sid      text,        -- of its conversation, where the conversation's row does not tell
    conversation_sid text        NOT NULL,
    message_sid      text        NOT NULL,
    -- as the message announced it
    content_type     text,
    size_bytes       bigint,
    filename         text,
    status           text        NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    due_at           timestamptz NOT NULL DEFAULT now(),
    attempts         integer     NOT NULL DEFAULT 0,
    last_error       text,        -- in our words, nothing of a person
    -- what was fetched: the file has its hash as its name
    sha256           text,
    stored_type      text,
    stored_bytes     bigint,
    stored_at        timestamptz,
    CONSTRAINT media_files_status CHECK (status IN ('pending', 'stored', 'refused', 'gone', 'skipped')),
    CONSTRAINT media_files_stored CHECK (
        (status = 'stored') = (sha256 IS NOT NULL AND stored_type IS NOT NULL AND stored_bytes IS NOT NULL AND stored_at IS NOT NULL)
    )
);
CREATE INDEX media_files_due ON store.media_files (due_at) WHERE status = 'pending';
-- a handoff that settles waits for these
CREATE INDEX media_files_pending ON store.media_files (conversation_sid) WHERE status = 'pending';

-- A message's media as they are in its row, with what is known of their files: for the snapshot of a handoff.
CREATE FUNCTION store.media_with_files(media jsonb, of_account text) RETURNS jsonb
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN (
        SELECT
            jsonb_agg(
                CASE
                    WHEN f.status = 'stored' THEN
                        a.item || jsonb_build_object('sha256', f.sha256, 'contentType', f.stored_type, 'sizeBytes', f.stored_bytes)
                    ELSE a.item
                END
                ORDER BY a.position
            )
        FROM jsonb_array_elements(media) WITH ORDINALITY AS a (item, position)
        LEFT JOIN store.media_files f ON f.media_sid = a.item ->> 'sid' AND f.account_sid = of_account
    );

CREATE OR REPLACE VIEW transcripts.media AS
SELECT
    a.item ->> 'sid' AS media_sid,
    m.message_sid,
    m.conversation_sid,
    m.account_sid,
    a.item ->> 'contentType' AS content_type,
    (a.item ->> 'sizeBytes')::bigint AS size_bytes,
    a.item ->> 'filename' AS filename,
    a.position,
    coalesce(f.status = 'stored', false) AS is_archived,
    f.sha256,
    f.stored_type AS archived_content_type,
    f.stored_bytes AS archived_size_bytes,
    f.stored_at AS archived_at,
    coalesce(f.status, 'skipped') AS archive_status,
    f.last_error AS archive_error
FROM store.messages m
CROSS JOIN LATERAL jsonb_array_elements(m.media) WITH ORDINALITY AS a (item, position)
LEFT JOIN store.media_files f ON f.media_sid = a.item ->> 'sid' AND f.account_sid = m.account_sid
WHERE m.removed_at IS NULL;

COMMENT ON COLUMN transcripts.media.content_type IS 'MIME type as the message announced it. Null: not told.';
COMMENT ON COLUMN transcripts.media.size_bytes IS 'Size in bytes, likewise. Null: not told.';
COMMENT ON COLUMN transcripts.media.is_archived IS 'Whether we keep the bytes.';
COMMENT ON COLUMN transcripts.media.sha256 IS 'SHA-256 of the bytes that we keep, hexadecimal: the name of the file. Null: none.';
COMMENT ON COLUMN transcripts.media.archived_content_type IS 'MIME type that the bytes themselves show; application/octet-stream where they show none that we know. Null: not kept.';
COMMENT ON COLUMN transcripts.media.archived_size_bytes IS 'Size of the bytes that we keep. Null: not kept.';
COMMENT ON COLUMN transcripts.media.archived_at IS 'When we fetched them. Null: not kept.';
COMMENT ON COLUMN transcripts.media.archive_status IS 'pending, stored, refused, gone or skipped.';
COMMENT ON COLUMN transcripts.media.archive_error IS 'Why it was not fetched, or not yet, in our words. Null: nothing went wrong.';

GRANT SELECT, INSERT, UPDATE ON store.media_files TO transcripts_archiver;
REVOKE EXECUTE ON FUNCTION store.media_with_files(jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION store.media_with_files(jsonb, text) TO transcripts_archiver;

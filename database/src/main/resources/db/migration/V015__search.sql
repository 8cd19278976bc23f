-- Full-text search, filled behind the merge. See docs/adr/035-search-behind-the-merge.md.

-- What the merge changed, as one row for each batch: the SIDs alone, so that it costs the merge next to nothing. A row is
-- deleted in the transaction that makes its messages searchable.
CREATE TABLE store.search_changes (
    change_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    noted_at     timestamptz NOT NULL DEFAULT now(),
    message_sids text[]      NOT NULL
);

-- The words of each message, as they are written and as their stems. In a table of its own: an index on the messages
-- themselves would cost two thirds of the merge's speed.
CREATE TABLE store.message_search (
    message_sid      text PRIMARY KEY,
    conversation_sid text        NOT NULL,
    account_sid      text        NOT NULL,
    sent_at          timestamptz NOT NULL,
    language         text        NOT NULL, -- a text search configuration
    document         tsvector    NOT NULL
);
CREATE INDEX message_search_document ON store.message_search USING gin (document);
CREATE INDEX message_search_conversation ON store.message_search (conversation_sid);
CREATE INDEX message_search_sent_at ON store.message_search (sent_at);

-- Languages that occurred: a query is taken for each of them.
CREATE TABLE store.search_languages (
    language text PRIMARY KEY
);

-- What is there already.
INSERT INTO store.search_changes (message_sids)
SELECT array_agg(numbered.message_sid)
FROM (
    SELECT m.message_sid, row_number() OVER (ORDER BY m.conversation_sid, m.index) / 500 AS part
    FROM store.messages m
    WHERE m.body <> '' AND m.removed_at IS NULL
) numbered
GROUP BY numbered.part;

GRANT SELECT, INSERT, DELETE ON store.search_changes TO transcripts_archiver;
GRANT SELECT, INSERT, UPDATE, DELETE ON store.message_search TO transcripts_archiver;
GRANT SELECT, INSERT ON store.search_languages TO transcripts_archiver;

CREATE VIEW transcripts.search_freshness AS
SELECT
    coalesce(sum(cardinality(c.message_sids)), 0) AS waiting_messages,
    min(c.noted_at) AS oldest_waiting_at,
    coalesce(extract(epoch FROM greatest(now() - min(c.noted_at), interval '0')), 0) AS lag_seconds
FROM store.search_changes c;

COMMENT ON VIEW transcripts.search_freshness IS 'One row: how far search() is behind the messages. Of all accounts, since one queue serves all.';
COMMENT ON COLUMN transcripts.search_freshness.waiting_messages IS 'Messages, new or changed, that search() does not know of yet, counted once for each change. Never null.';
COMMENT ON COLUMN transcripts.search_freshness.oldest_waiting_at IS 'When the one that waits longest was stored. Null: none waits.';
COMMENT ON COLUMN transcripts.search_freshness.lag_seconds IS 'Seconds since then. 0: none waits.';

-- The words as they are written, or their stems in any language that occurred.
CREATE FUNCTION store.search_query(query text) RETURNS tsquery
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted tsquery := websearch_to_tsquery('simple', query);
    known  text;
BEGIN
    FOR known IN SELECT l.language FROM store.search_languages l WHERE l.language <> 'simple' ORDER BY l.language LOOP
        wanted := wanted || websearch_to_tsquery(known::regconfig, query);
    END LOOP;
    RETURN wanted;
END
$$;

DROP FUNCTION transcripts.search(text);

-- With the rights of its owner, since no policy of row-level security lets a condition that is not leakproof use an index:
-- what the caller may see is asked here, of the rows that matched.
CREATE FUNCTION transcripts.search(
    query      text,
    of_account text        DEFAULT NULL,
    of_address text        DEFAULT NULL,
    since      timestamptz DEFAULT NULL,
    until      timestamptz DEFAULT NULL,
    max_rows   integer     DEFAULT 50
)
RETURNS TABLE (
    message_sid text, conversation_sid text, account_sid text, index bigint, author text, author_kind text,
    sent_at timestamptz, body text, language text, rank real, highlight text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- a plan for what is asked, not one for all
SET plan_cache_mode = force_custom_plan
-- of words that half of all messages hold, some so many are looked at
SET gin_fuzzy_search_limit = 5000
-- the planner does not know of that limit, and would read all rows instead of the index
SET enable_seqscan = off
AS $$
DECLARE
    wanted          CONSTANT tsquery := store.search_query(search.query);
    is_all          CONSTANT boolean := store.sees_everything();
    whole           CONSTANT text[]  := store.whole_accounts();
    partial         CONSTANT text[]  := store.partial_accounts();
    numbers         CONSTANT text[]  := store.visible_numbers();
    most_rows       CONSTANT integer := greatest(least(coalesce(search.max_rows, 50), 1000), 0);
    begins          CONSTANT timestamptz := coalesce(search.since, '-infinity');
    ends            CONSTANT timestamptz := coalesce(search.until, 'infinity');
    -- Few enough to look at all of them, without the index of words and its limit.
    is_narrow       CONSTANT boolean := search.of_address IS NOT NULL
        OR least(ends, now()) - greatest(begins, now() - interval '100 years') <= interval '31 days';
    of_conversation text[];
BEGIN
    IF search.of_address IS NOT NULL THEN
        SELECT coalesce(array_agg(DISTINCT p.conversation_sid), '{}')
        INTO of_conversation
        FROM store.participants p
        WHERE p.address = search.of_address;
    END IF;
    RETURN QUERY
    WITH matches AS (
        SELECT s.message_sid, s.conversation_sid, s.account_sid, s.sent_at, s.language, s.document
        FROM store.message_search s
        WHERE NOT is_narrow
            AND s.document @@ wanted
            AND s.sent_at >= begins
            AND s.sent_at < ends
        UNION ALL
        SELECT s.message_sid, s.conversation_sid, s.account_sid, s.sent_at, s.language, s.document
        FROM store.message_search s
        WHERE is_narrow
            AND (s.document @@ wanted) IS TRUE -- which no index answers
            AND s.sent_at >= begins
            AND s.sent_at < ends
            AND (of_conversation IS NULL OR s.conversation_sid = ANY (of_conversation))
    ),
    hits AS MATERIALIZED (
        SELECT s.message_sid, s.language, s.sent_at, ts_rank(s.document, wanted, 1) AS rank
        FROM matches s
        WHERE (search.of_account IS NULL OR s.account_sid = search.of_account)
            AND (
                is_all
                OR s.account_sid = ANY (whole)
                OR (
                    s.account_sid = ANY (partial)
                    AND EXISTS (
                        SELECT
                        FROM store.conversations c
                        WHERE c.conversation_sid = s.conversation_sid
                            AND c.account_sid || ' ' || c.our_address = ANY (numbers)
                    )
                )
            )
        ORDER BY 4 DESC, s.sent_at DESC, s.message_sid
        LIMIT most_rows
    )
    SELECT
        m.message_sid,
        m.conversation_sid,
        m.account_sid,
        m.index,
        m.author,
        m.author_kind,
        m.sent_at,
        m.body,
        h.language,
        h.rank,
        ts_headline(
            h.language::regconfig, left(m.body, 20000), wanted, 'StartSel="«", StopSel="»", MaxFragments=2, MaxWords=20, MinWords=5'
        )
    FROM hits h
    JOIN store.messages m ON m.message_sid = h.message_sid
    -- what was removed a moment ago is not shown, though its words are still there
    WHERE m.removed_at IS NULL
    ORDER BY h.rank DESC, h.sent_at DESC, h.message_sid;
END
$$;

COMMENT ON FUNCTION transcripts.search(text, text, text, timestamptz, timestamptz, integer) IS
    'Messages with these words, "a phrase", or and -without, in any language that occurs, best first: at most max_rows (50, never more than 1000). of_account, of_address (a customer''s address), since and until (sent_at) narrow it; null: do not. highlight is a part of the text with « and » around what matched. Of words that occur in more than some ten thousand messages a part is looked at, unless it is narrowed to an address or to at most 31 days. How far it is behind: search_freshness.';
REVOKE ALL ON FUNCTION store.search_query(text), transcripts.search(text, text, text, timestamptz, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION transcripts.search(text, text, text, timestamptz, timestamptz, integer)
    TO transcripts_archiver, transcripts_analyst, transcripts_auditor;
GRANT SELECT ON transcripts.search_freshness TO transcripts_archiver, transcripts_analyst, transcripts_auditor;
ALTER VIEW transcripts.search_freshness OWNER TO transcripts_reader;
GRANT SELECT ON store.search_changes TO transcripts_reader;

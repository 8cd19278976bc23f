-- Erasing a person, holding that up, and retention. See docs/adr/034-forgetting.md and docs/forgetting.md.
--
-- All of it is done by functions of the migrator: the operator's role may erase and can read nothing of what it erases.

-- ---- what there was of whom -----------------------------------------------------------------------------------------

-- The key of HMAC-SHA-256 in the form that the hash takes it: each pad combined with the key. 32 bytes from Postgres'
-- own source of random numbers. It never leaves the database, so a hash outside of it tells nothing.
CREATE TABLE store.erasure_key (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    inner_pad bytea NOT NULL CHECK (octet_length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (octet_length(outer_pad) = 64)
);

DO $$
DECLARE
    secret    bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0 .. 31 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(secret, i));
        outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(secret, i));
    END LOOP;
    INSERT INTO store.erasure_key (inner_pad, outer_pad) VALUES (inner_pad, outer_pad);
END
$$;

-- The register. What is in it never comes back, whoever brings it.
CREATE TABLE store.erasures (
    erasure_id    text PRIMARY KEY,
    kind          text        NOT NULL,
    account_sid   text,                   -- null: retention of all accounts
    address_hash  bytea,                  -- null: retention
    requested_at  timestamptz NOT NULL DEFAULT now(), -- what is older than this is covered
    requested_by  text        NOT NULL,
    database_user text        NOT NULL DEFAULT session_user,
    reason        text,
    state         text        NOT NULL DEFAULT 'registered',
    counts        jsonb       NOT NULL DEFAULT '{}',
    receipt       jsonb,
    finished_at   timestamptz,
    CONSTRAINT erasures_kind CHECK (kind IN ('person', 'retention')),
    CONSTRAINT erasures_state CHECK (state IN ('registered', 'erased', 'done')),
    CONSTRAINT erasures_person CHECK (kind = 'retention' OR (account_sid IS NOT NULL AND address_hash IS NOT NULL))
);
CREATE INDEX erasures_person_requested_at ON store.erasures (requested_at) WHERE kind = 'person';
CREATE INDEX erasures_address ON store.erasures (address_hash, account_sid) WHERE kind = 'person';

-- What was erased, by Twilio's SIDs. scope: "conversation" is gone whole, "part" belongs to others too, "aged" is what
-- retention took, which is gone as far as it is older than erased_before.
CREATE TABLE store.erased_sids (
    sid           text PRIMARY KEY,
    scope         text        NOT NULL,
    account_sid   text        NOT NULL,
    erasure_id    text        NOT NULL,
    erased_before timestamptz,
    erased_at     timestamptz, -- null: its rows are still to be erased
    CONSTRAINT erased_sids_scope CHECK (scope IN
        ('conversation', 'part', 'aged', 'message', 'participant', 'channel_message', 'execution', 'user')),
    CONSTRAINT erased_sids_aged CHECK ((scope = 'aged') = (erased_before IS NOT NULL))
);
CREATE INDEX erased_sids_erasure ON store.erased_sids (erasure_id);
CREATE INDEX erased_sids_to_do ON store.erased_sids (erasure_id, sid) WHERE erased_at IS NULL;

-- Files that no row names any more. The archiver has the directory, so it removes them.
CREATE TABLE store.media_removals (
    sha256       text PRIMARY KEY,
    requested_at timestamptz NOT NULL DEFAULT now(),
    removed_at   timestamptz
);
CREATE INDEX media_removals_to_do ON store.media_removals (requested_at) WHERE removed_at IS NULL;

-- What must not be erased for now.
CREATE TABLE store.holds (
    hold_id          text PRIMARY KEY DEFAULT gen_random_uuid()::text,
    account_sid      text        NOT NULL,
    conversation_sid text,
    address_hash     bytea,
    reason           text        NOT NULL,
    held_by          text        NOT NULL,
    database_user    text        NOT NULL DEFAULT session_user,
    held_at          timestamptz NOT NULL DEFAULT now(),
    held_until       timestamptz, -- null: until it is released
    released_at      timestamptz,
    released_by      text,
    CONSTRAINT holds_one CHECK ((conversation_sid IS NULL) <> (address_hash IS NULL))
);
CREATE INDEX holds_conversation ON store.holds (conversation_sid) WHERE released_at IS NULL;
CREATE INDEX holds_address ON store.holds (account_sid, address_hash) WHERE released_at IS NULL;

-- Up to which activity a conversation is erased: null nothing, -infinity a part, infinity all for good.
ALTER TABLE store.conversations ADD COLUMN erased_through timestamptz;
CREATE INDEX conversations_to_age ON store.conversations (coalesce(last_message_at, first_received_at))
    WHERE erased_through IS NULL OR erased_through < coalesce(last_message_at, first_received_at);
-- A file may belong to several media.
CREATE INDEX media_files_sha256 ON store.media_files (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX media_files_conversation ON store.media_files (conversation_sid);
CREATE INDEX message_revisions_conversation ON store.message_revisions (conversation_sid);
CREATE INDEX handoff_snapshots_conversation ON store.handoff_snapshots (conversation_sid);
CREATE INDEX deliveries_conversation ON handoff.deliveries (conversation_sid);

-- ---- addresses ------------------------------------------------------------------------------------------------------

-- One form for all ways to write it: a number is + and its digits on whatever channel, anything else is lower case.
CREATE FUNCTION store.normal_address(address text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (
    SELECT
        CASE
            WHEN a.plain ~ '^\+?[0-9][0-9 ().-]{4,}$' THEN '+' || regexp_replace(a.plain, '[^0-9]', '', 'g')
            ELSE lower(btrim(address))
        END
    FROM (SELECT regexp_replace(btrim(address), '^(sms|mms|rcs|tel|whatsapp):', '', 'i') AS plain) a
);

-- The ways in which Twilio writes it, for indexes.
CREATE FUNCTION store.address_variants(address text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (
    SELECT array_agg(DISTINCT v.address)
    FROM (SELECT store.normal_address(address) AS normal) n
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[btrim(address), n.normal]) AS address
        UNION ALL
        SELECT prefix || n.normal
        FROM unnest(ARRAY['whatsapp:', 'rcs:', 'sms:', 'mms:', 'tel:']) AS p (prefix)
        WHERE n.normal LIKE '+%'
        UNION ALL
        SELECT substr(n.normal, 2)
        WHERE n.normal LIKE '+%'
    ) v
);

-- HMAC-SHA-256 (RFC 2104) of the address.
CREATE FUNCTION store.address_hash(address text) RETURNS bytea
LANGUAGE sql STABLE STRICT
RETURN (
    SELECT sha256(k.outer_pad || sha256(k.inner_pad || convert_to(store.normal_address(address), 'UTF8')))
    FROM store.erasure_key k
);

-- What a record says, as text to look for addresses and SIDs in: bytes that are not ASCII are spaces, what a form encodes
-- is decoded as far as addresses need it.
CREATE FUNCTION store.plain_text(record bytea) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN replace(replace(replace(replace(replace(
    regexp_replace(replace(encode(record, 'escape'), '\\', '/'), '\\[0-7]{3}', ' ', 'g'),
    '%2B', '+'), '%2b', '+'), '%3A', ':'), '%3a', ':'), '%40', '@');

-- The same with the raw bytes that an event of ours carries in Base64.
CREATE FUNCTION store.readable_text(record bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
AS $$
DECLARE
    plain text := store.plain_text(record);
    found text := '';
    part  text;
BEGIN
    FOR part IN SELECT m[1] FROM regexp_matches(plain, '"([A-Za-z0-9+/]{8,}={0,2})"', 'g') AS m LOOP
        BEGIN
            found := found || ' ' || store.plain_text(decode(part, 'base64'));
        EXCEPTION WHEN invalid_parameter_value THEN
            NULL; -- a word of ASCII that looks like Base64: it is read as it is
        END;
    END LOOP;
    RETURN plain || found;
END
$$;

-- Whatever could be an address in a text. That most of it is none does no harm: it is only compared by hash.
CREATE FUNCTION store.addresses_in(words text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT m[1] FROM regexp_matches(words, '(?<![0-9])([0-9]{6,16})(?![0-9])', 'g') AS m
    UNION
    SELECT m[1] FROM regexp_matches(words, '(\+?\(?[0-9][0-9 ().-]{5,24}[0-9])', 'g') AS m
    UNION
    SELECT m[1] FROM regexp_matches(words, '([[:alnum:]._%+-]+@[[:alnum:].-]+[[:alnum:]])', 'g') AS m
    UNION
    SELECT m[1] FROM regexp_matches(words, '(messenger:[[:alnum:]._-]+)', 'g') AS m
$$;

CREATE FUNCTION store.mentions_address(words text, hash bytea) RETURNS boolean
LANGUAGE sql STABLE STRICT
RETURN EXISTS (SELECT FROM store.addresses_in(words) AS a (address) WHERE store.address_hash(a.address) = hash);

-- Somebody else's words without the address.
CREATE FUNCTION store.without_address(words text, hash bytea) RETURNS text
LANGUAGE plpgsql STABLE STRICT
AS $$
DECLARE
    masked  text := words;
    address text;
BEGIN
    FOR address IN
        SELECT a.address
        FROM store.addresses_in(words) AS a (address)
        WHERE store.address_hash(a.address) = hash
        ORDER BY length(a.address) DESC
    LOOP
        masked := replace(replace(masked, '+' || address, '[erased]'), address, '[erased]');
    END LOOP;
    RETURN masked;
END
$$;

-- ---- holds ----------------------------------------------------------------------------------------------------------

-- The hold that keeps a conversation, of its own or of one of its customers; null: none.
CREATE FUNCTION store.hold_on(of_account text, of_conversation text, addresses text[]) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT h.hold_id
    FROM store.holds h
    WHERE h.account_sid = of_account
        AND h.released_at IS NULL
        AND (h.held_until IS NULL OR h.held_until > now())
        AND (
            h.conversation_sid = of_conversation
            OR h.address_hash IN (SELECT store.address_hash(a.address) FROM unnest(addresses) AS a (address))
        )
    ORDER BY h.held_at
    LIMIT 1
$$;

CREATE FUNCTION store.hold(
    of_account text, of_conversation text, of_address text, why text, until timestamptz, who text
) RETURNS text
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO store.holds (account_sid, conversation_sid, address_hash, reason, held_by, held_until)
    VALUES (of_account, of_conversation, store.address_hash(of_address), why, who, until)
    RETURNING hold_id
$$;

CREATE FUNCTION store.release_hold(id text, who text) RETURNS boolean
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH released AS (
        UPDATE store.holds
        SET released_at = now(), released_by = who
        WHERE hold_id = id AND released_at IS NULL
        RETURNING hold_id
    )
    SELECT EXISTS (SELECT FROM released)
$$;

-- ---- the merge asks -------------------------------------------------------------------------------------------------

-- Every batch of the merge begins here. The lock, shared among batches, lets an erasure wait for those that began
-- before it was registered. Null: nothing was ever erased. Else the latest time that an erasure of a person covers.
CREATE FUNCTION store.enter_merge() RETURNS timestamptz
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('store.erasures', 0));
    -- a statement of its own, so that it sees what was committed before the lock was given
    RETURN coalesce(
        (SELECT max(requested_at) FROM store.erasures WHERE kind = 'person'),
        (SELECT timestamptz 'epoch' FROM store.erasures LIMIT 1)
    );
END
$$;

-- Ends when no batch is under way any more that began before.
CREATE FUNCTION store.wait_for_merges() RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('store.erasures', 0))
$$;

-- Which of these addresses were erased, each by its position, and what of them up to which time.
CREATE FUNCTION store.erased_addresses(accounts text[], addresses text[])
RETURNS TABLE (address_position integer, erased_before timestamptz)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.position::integer, max(e.requested_at)
    FROM unnest(accounts, addresses) WITH ORDINALITY AS a (account_sid, address, position)
    JOIN store.erasures e
        ON e.kind = 'person' AND e.account_sid = a.account_sid AND e.address_hash = store.address_hash(a.address)
    GROUP BY a.position
$$;

-- Which of these records, each by its position, speak of what was erased: of a SID, or of an address at a time that its
-- erasure covers. Of a record whose account is not known every account's erasures count.
CREATE FUNCTION store.records_of_erased(accounts text[], times timestamptz[], records bytea[])
RETURNS SETOF integer
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT r.position::integer
    FROM unnest(accounts, times, records) WITH ORDINALITY AS r (account_sid, occurred_at, record, position)
    CROSS JOIN LATERAL (SELECT store.readable_text(r.record) AS words OFFSET 0) t
    WHERE EXISTS (
            SELECT
            FROM regexp_matches(t.words, '([A-Z]{2}[0-9a-f]{32})', 'g') AS m
            JOIN store.erased_sids s ON s.sid = m[1] AND s.scope NOT IN ('part', 'aged')
        )
        OR EXISTS (
            SELECT
            FROM store.addresses_in(t.words) AS a (address)
            JOIN store.erasures e
                ON e.kind = 'person'
                    AND e.address_hash = store.address_hash(a.address)
                    AND (e.account_sid = r.account_sid OR r.account_sid IS NULL)
            WHERE r.occurred_at <= e.requested_at
        )
$$;

-- ---- finding a person -----------------------------------------------------------------------------------------------

-- All that there is of a person, as far as it began before a time. Reads some tables whole: an address is seldom looked
-- for in them, and an index that every message pays for is not worth it.
CREATE FUNCTION store.person_sids(of_account text, of_address text, before timestamptz)
RETURNS TABLE (sid text, scope text)
LANGUAGE sql
STABLE
AS $$
    WITH variants AS MATERIALIZED (
        SELECT store.address_variants(of_address) AS addresses
    ),
    theirs AS MATERIALIZED (
        SELECT p.participant_sid, p.conversation_sid
        FROM store.participants p
        CROSS JOIN variants v
        WHERE p.account_sid = of_account AND (p.address = ANY (v.addresses) OR p.identity = ANY (v.addresses))
    ),
    found AS (
        SELECT t.conversation_sid
        FROM theirs t
        UNION
        SELECT c.conversation_sid
        FROM store.conversations c
        CROSS JOIN variants v
        WHERE c.account_sid = of_account
            AND (c.binding_addresses && v.addresses OR c.customer_addresses && v.addresses)
        UNION
        SELECT m.conversation_sid
        FROM store.messages m
        CROSS JOIN variants v
        WHERE m.account_sid = of_account AND m.author = ANY (v.addresses)
    ),
    scoped AS MATERIALIZED (
        SELECT
            f.conversation_sid,
            CASE
                WHEN EXISTS (
                        SELECT
                        FROM store.participants p
                        WHERE p.conversation_sid = f.conversation_sid AND p.address <> ALL (v.addresses)
                    )
                    OR EXISTS (
                        SELECT
                        FROM unnest(c.binding_addresses) AS b (address)
                        WHERE b.address <> ALL (v.addresses) AND b.address IS DISTINCT FROM c.binding_proxy_address
                    )
                    THEN 'part'
                ELSE 'conversation'
            END AS scope
        FROM found f
        CROSS JOIN variants v
        LEFT JOIN store.conversations c ON c.conversation_sid = f.conversation_sid
        WHERE c.conversation_sid IS NULL OR coalesce(c.started_at, c.first_received_at) <= before
    ),
    said AS (
        SELECT m.message_sid
        FROM scoped s
        JOIN store.messages m ON m.conversation_sid = s.conversation_sid
        CROSS JOIN variants v
        WHERE s.scope = 'part'
            AND (m.author = ANY (v.addresses) OR m.participant_sid IN (SELECT t.participant_sid FROM theirs t))
    )
    SELECT s.conversation_sid, s.scope
    FROM scoped s
    UNION
    SELECT t.participant_sid, 'participant'
    FROM theirs t
    JOIN scoped s ON s.conversation_sid = t.conversation_sid AND s.scope = 'part'
    UNION
    SELECT a.message_sid, 'message'
    FROM said a
    UNION
    SELECT d.channel_message_sid, 'channel_message'
    FROM scoped s
    JOIN store.deliveries d ON d.conversation_sid = s.conversation_sid
    WHERE s.scope = 'conversation'
        OR d.message_sid IN (SELECT a.message_sid FROM said a)
        OR d.participant_sid IN (SELECT t.participant_sid FROM theirs t)
    UNION
    -- a message outside of any conversation, or of one that is erased
    SELECT d.channel_message_sid, 'channel_message'
    FROM store.deliveries d
    CROSS JOIN variants v
    LEFT JOIN store.conversations c ON c.conversation_sid = d.conversation_sid
    WHERE d.account_sid = of_account
        AND (d.to_address = ANY (v.addresses) OR d.from_address = ANY (v.addresses))
        AND coalesce(c.started_at, d.first_received_at) <= before
    UNION
    SELECT x.execution_sid, 'execution'
    FROM scoped s
    JOIN store.flow_executions x ON x.conversation_sid = s.conversation_sid
    UNION
    SELECT x.execution_sid, 'execution'
    FROM store.flow_executions x
    CROSS JOIN variants v
    WHERE x.account_sid = of_account
        AND x.contact_address = ANY (v.addresses)
        AND coalesce(x.started_at, x.first_received_at) <= before
    UNION
    SELECT u.user_sid, 'user'
    FROM store.users u
    CROSS JOIN variants v
    WHERE u.account_sid = of_account AND u.identity = ANY (v.addresses)
$$;

-- What an erasure would take, in numbers: by scope of its SIDs, messages and files of them, the same address in other
-- accounts, and whether the address is one of ours.
CREATE FUNCTION store.erasure_preview(of_account text, of_address text)
RETURNS TABLE (place text, number bigint)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH found AS MATERIALIZED (
        SELECT f.sid, f.scope
        FROM store.person_sids(of_account, of_address, now()) f
        LEFT JOIN store.erased_sids s ON s.sid = f.sid AND s.erased_at IS NOT NULL AND s.scope <> 'aged'
        WHERE s.sid IS NULL
    )
    SELECT f.scope, count(*)
    FROM found f
    GROUP BY f.scope
    UNION ALL
    SELECT 'messages', count(*)
    FROM found f
    JOIN store.messages m ON m.conversation_sid = f.sid
    WHERE f.scope = 'conversation'
    UNION ALL
    SELECT 'media', count(*)
    FROM found f
    JOIN store.media_files m ON m.conversation_sid = f.sid
    WHERE f.scope = 'conversation'
    UNION ALL
    SELECT 'other_accounts', count(DISTINCT p.conversation_sid)
    FROM store.participants p
    WHERE p.address = ANY (store.address_variants(of_address)) AND p.account_sid <> of_account
    UNION ALL
    SELECT 'ours', count(*)
    FROM (
        SELECT
        FROM store.conversations c
        WHERE c.account_sid = of_account AND c.our_address = ANY (store.address_variants(of_address))
        LIMIT 1
    ) o
$$;

-- The hold that keeps a person, of the address or of one of the conversations; null: none.
CREATE FUNCTION store.hold_on_person(of_account text, of_address text) RETURNS text
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(
        store.hold_on(of_account, NULL, ARRAY[of_address]),
        (
            SELECT min(store.hold_on(of_account, f.sid, c.customer_addresses))
            FROM store.person_sids(of_account, of_address, now()) f
            LEFT JOIN store.conversations c ON c.conversation_sid = f.sid
            WHERE f.scope IN ('conversation', 'part')
        )
    )
$$;

-- ---- registering ----------------------------------------------------------------------------------------------------

-- An erasure that was begun and is not done goes on; else a new one begins.
CREATE FUNCTION store.begin_erasure(of_account text, of_address text, who text, why text) RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    hash bytea := store.address_hash(of_address);
    id   text;
BEGIN
    -- two at a time for one person would both begin
    PERFORM pg_advisory_xact_lock(hashtextextended('store.begin_erasure', 0));
    SELECT e.erasure_id INTO id
    FROM store.erasures e
    WHERE e.kind = 'person' AND e.account_sid = of_account AND e.address_hash = hash AND e.state <> 'done'
    ORDER BY e.requested_at
    LIMIT 1;
    IF id IS NULL THEN
        id := gen_random_uuid()::text;
        INSERT INTO store.erasures (erasure_id, kind, account_sid, address_hash, requested_by, reason)
        VALUES (id, 'person', of_account, hash, who, why);
    END IF;
    RETURN id;
END
$$;

-- Puts what there is of the person into the register. Repeated, it adds what came in between.
CREATE FUNCTION store.register_person(id text, of_address text) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    added integer;
BEGIN
    INSERT INTO store.erased_sids AS s (sid, scope, account_sid, erasure_id)
    SELECT f.sid, min(f.scope), e.account_sid, e.erasure_id
    FROM store.erasures e
    CROSS JOIN LATERAL store.person_sids(e.account_sid, of_address, e.requested_at) f
    WHERE e.erasure_id = id AND e.address_hash = store.address_hash(of_address)
    GROUP BY f.sid, e.account_sid, e.erasure_id
    ORDER BY f.sid
    ON CONFLICT (sid) DO UPDATE
    SET
        scope = excluded.scope,
        erasure_id = excluded.erasure_id,
        erased_before = NULL,
        erased_at = NULL
    -- of what several customers share each is erased in turn; what was only aged goes for good
    WHERE s.scope = 'aged' OR (s.scope = 'part' AND s.erasure_id <> excluded.erasure_id);
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN added;
END
$$;

-- The register from a receipt, for a store that was restored from before the erasure. All of it is erased anew.
CREATE FUNCTION store.register_again(
    id text, of_account text, hash bytea, at timestamptz, who text, why text, sids text[], scopes text[]
) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    added integer;
BEGIN
    INSERT INTO store.erasures AS e (erasure_id, kind, account_sid, address_hash, requested_at, requested_by, reason)
    VALUES (id, 'person', of_account, hash, at, who, why)
    ON CONFLICT (erasure_id) DO UPDATE
    SET state = 'registered', receipt = NULL, finished_at = NULL;
    INSERT INTO store.erased_sids AS s (sid, scope, account_sid, erasure_id)
    SELECT DISTINCT ON (r.sid) r.sid, r.scope, of_account, id
    FROM unnest(sids, scopes) AS r (sid, scope)
    WHERE r.scope <> 'aged'
    ORDER BY r.sid
    ON CONFLICT (sid) DO UPDATE
    SET scope = excluded.scope, erasure_id = excluded.erasure_id, erased_before = NULL, erased_at = NULL;
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN added;
END
$$;

-- ---- erasing --------------------------------------------------------------------------------------------------------

CREATE FUNCTION store.add_counts(id text, more jsonb) RETURNS void
LANGUAGE sql
AS $$
    UPDATE store.erasures e
    SET counts = (
        SELECT jsonb_object_agg(k.place, coalesce((e.counts ->> k.place)::bigint, 0) + coalesce((more ->> k.place)::bigint, 0))
        FROM (SELECT jsonb_object_keys(e.counts) AS place UNION SELECT jsonb_object_keys(more)) k
    )
    WHERE e.erasure_id = id AND more <> '{}'
$$;

-- The words of these messages. Under the lock of whoever makes messages searchable (OneAtATime in the archiver): a round
-- that has read the texts before would write them after.
CREATE FUNCTION store.erase_search(conversations text[], messages text[]) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    erased integer;
BEGIN
    PERFORM pg_advisory_xact_lock(7365001);
    DELETE FROM store.message_search
    WHERE conversation_sid = ANY (conversations) OR message_sid = ANY (messages);
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;

-- The texts, names and media of these messages; their rows stay, with index, times and kind of author.
CREATE FUNCTION store.erase_messages(messages text[]) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    message_count  integer;
    revision_count integer;
    media_count    integer;
BEGIN
    UPDATE store.messages m
    SET author = NULL, body = NULL, attributes = NULL, attributes_json = NULL, media = NULL
    WHERE m.message_sid = ANY (messages)
        AND (m.author, m.body, m.attributes, m.media) IS DISTINCT FROM (NULL::text, NULL::text, NULL::text, NULL::jsonb);
    GET DIAGNOSTICS message_count = ROW_COUNT;
    DELETE FROM store.message_revisions r WHERE r.message_sid = ANY (messages);
    GET DIAGNOSTICS revision_count = ROW_COUNT;
    INSERT INTO store.media_removals (sha256)
    SELECT DISTINCT f.sha256
    FROM store.messages m
    JOIN store.media_files f ON f.conversation_sid = m.conversation_sid AND f.message_sid = m.message_sid
    WHERE m.message_sid = ANY (messages) AND f.sha256 IS NOT NULL
    ORDER BY f.sha256
    ON CONFLICT (sha256) DO UPDATE SET requested_at = now(), removed_at = NULL;
    UPDATE store.media_files f
    SET
        status = 'gone', last_error = 'erased', filename = NULL, sha256 = NULL, stored_type = NULL, stored_bytes = NULL,
        stored_at = NULL
    FROM store.messages m
    WHERE m.message_sid = ANY (messages)
        AND f.conversation_sid = m.conversation_sid
        AND f.message_sid = m.message_sid
        AND f.last_error IS DISTINCT FROM 'erased';
    GET DIAGNOSTICS media_count = ROW_COUNT;
    RETURN jsonb_build_object('messages', message_count, 'revisions', revision_count, 'media', media_count);
END
$$;

-- The next conversations of an erasure, in one transaction: what tells of a person goes, and of it stay SIDs, times,
-- states and counts. Returns how many it dealt with; 0 when there is none left.
CREATE FUNCTION store.erase_conversations(id text, most integer) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    hash      bytea;
    chosen    text[];
    alive     text[];
    gone      text[];
    shared    text[];
    held      text;
    own       text[];
    masked    text[];
    dealt     jsonb;
    affected  integer;
BEGIN
    SELECT e.address_hash INTO hash FROM store.erasures e WHERE e.erasure_id = id;
    -- rows of the merge are locked in the order of the merge: the conversations come last, and are only looked at here
    SELECT array_agg(s.sid ORDER BY s.sid) INTO chosen
    FROM (
        SELECT s.sid
        FROM store.erased_sids s
        WHERE s.erasure_id = id AND s.erased_at IS NULL AND s.scope IN ('conversation', 'part', 'aged')
        ORDER BY s.sid
        LIMIT most
        FOR UPDATE SKIP LOCKED
    ) s;
    IF chosen IS NULL THEN
        RETURN 0;
    END IF;
    SELECT store.hold_on(s.account_sid, s.sid, c.customer_addresses) INTO held
    FROM store.erased_sids s
    LEFT JOIN store.conversations c ON c.conversation_sid = s.sid
    WHERE s.sid = ANY (chosen) AND s.scope <> 'aged'
        AND store.hold_on(s.account_sid, s.sid, c.customer_addresses) IS NOT NULL
    LIMIT 1;
    IF held IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TPH01', MESSAGE = 'held by ' || held;
    END IF;
    -- what somebody wrote in since, or put under hold, is not old any more
    SELECT array_agg(s.sid) INTO alive
    FROM store.erased_sids s
    JOIN store.conversations c ON c.conversation_sid = s.sid
    WHERE s.sid = ANY (chosen) AND s.scope = 'aged'
        AND (
            coalesce(c.last_message_at, c.first_received_at) >= s.erased_before
            OR store.hold_on(s.account_sid, s.sid, c.customer_addresses) IS NOT NULL
        );
    DELETE FROM store.erased_sids s WHERE s.sid = ANY (alive);
    SELECT array_agg(s.sid) FILTER (WHERE s.scope <> 'part'), array_agg(s.sid) FILTER (WHERE s.scope = 'part')
    INTO gone, shared
    FROM store.erased_sids s
    WHERE s.sid = ANY (chosen);
    gone := coalesce(gone, '{}');
    shared := coalesce(shared, '{}');

    UPDATE store.participants p
    SET identity = NULL, address = NULL, attributes = NULL
    WHERE p.conversation_sid = ANY (gone)
        OR (
            p.conversation_sid = ANY (shared)
            AND EXISTS (SELECT FROM store.erased_sids s WHERE s.sid = p.participant_sid AND s.erasure_id = id)
        );
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := jsonb_build_object('participants', affected);

    SELECT coalesce(array_agg(m.message_sid ORDER BY m.message_sid), '{}') INTO own
    FROM store.messages m
    WHERE m.conversation_sid = ANY (gone)
        OR (
            m.conversation_sid = ANY (shared)
            AND EXISTS (SELECT FROM store.erased_sids s WHERE s.sid = m.message_sid AND s.erasure_id = id)
        );
    dealt := dealt || store.erase_messages(own);

    -- what others wrote stays, without the address
    IF hash IS NOT NULL AND cardinality(shared) > 0 THEN
        SELECT coalesce(array_agg(m.message_sid ORDER BY m.message_sid), '{}') INTO masked
        FROM store.messages m
        WHERE m.conversation_sid = ANY (shared)
            AND (store.mentions_address(m.body, hash) OR store.mentions_address(m.attributes, hash));
        UPDATE store.messages m
        SET
            body = store.without_address(m.body, hash),
            attributes = store.without_address(m.attributes, hash),
            attributes_json = CASE WHEN NOT store.mentions_address(m.attributes, hash) THEN m.attributes_json END
        WHERE m.message_sid = ANY (masked);
        DELETE FROM store.message_revisions r
        WHERE r.conversation_sid = ANY (shared) AND store.mentions_address(r.value, hash);
        own := own || masked;
        dealt := dealt || jsonb_build_object('masked_messages', cardinality(masked));
    END IF;
    dealt := dealt || jsonb_build_object('search', store.erase_search(gone, own));
    -- without the address they are searchable again
    INSERT INTO store.search_changes (message_sids)
    SELECT masked
    WHERE cardinality(masked) > 0;

    DELETE FROM store.delivery_events v
    USING store.deliveries d
    WHERE d.conversation_sid = ANY (gone) AND v.channel_message_sid = d.channel_message_sid;
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('delivery_events', affected);
    UPDATE store.deliveries d
    SET
        from_address = CASE WHEN d.from_address = c.our_address THEN d.from_address END,
        to_address = CASE WHEN d.to_address = c.our_address THEN d.to_address END,
        error_text = NULL
    FROM store.conversations c
    WHERE d.conversation_sid = ANY (gone) AND c.conversation_sid = d.conversation_sid;
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('deliveries', affected);

    UPDATE store.flow_executions x
    SET answers = NULL, contact_address = NULL, ended_reason = NULL
    WHERE x.conversation_sid = ANY (gone || shared);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('flow_executions', affected);
    DELETE FROM store.execution_searches q
    USING store.flow_executions x
    WHERE x.conversation_sid = ANY (gone) AND q.execution_sid = x.execution_sid;

    -- a picture is of the whole conversation, so it goes even where only a part of that does
    UPDATE store.handoffs h
    SET
        reason = NULL, note = NULL, answers = NULL, watch_until = NULL, look_at = NULL, follow_up_at = NULL,
        remind_at = NULL,
        status = CASE WHEN h.status = 'settling' THEN 'abandoned' ELSE h.status END
    WHERE h.conversation_sid = ANY (gone || shared);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('handoffs', affected);
    UPDATE store.handoff_snapshots s
    SET content = '', answers = NULL, published_at = coalesce(s.published_at, now())
    WHERE s.conversation_sid = ANY (gone || shared);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('snapshots', affected);
    UPDATE handoff.attempts a
    SET response = NULL
    FROM handoff.deliveries d
    WHERE d.conversation_sid = ANY (gone || shared)
        AND a.handoff_id = d.handoff_id
        AND a.version = d.version;
    UPDATE handoff.deliveries d
    SET
        response = NULL,
        status = CASE WHEN d.status IN ('planned', 'retrying', 'paused') THEN 'refused' ELSE d.status END
    WHERE d.conversation_sid = ANY (gone || shared);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('ledger', affected);

    DELETE FROM store.unrecognised_events u
    WHERE u.conversation_sid = ANY (gone);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('unrecognised_events', affected);
    DELETE FROM store.reconciliations r WHERE r.conversation_sid = ANY (gone);

    UPDATE store.conversations c
    SET
        unique_name = NULL, friendly_name = NULL, attributes = NULL, attributes_json = NULL,
        binding_addresses = CASE
            WHEN c.conversation_sid = ANY (shared) THEN (
                SELECT array_agg(b.address ORDER BY b.position)
                FROM unnest(c.binding_addresses) WITH ORDINALITY AS b (address, position)
                WHERE store.address_hash(b.address) <> hash
            )
        END,
        customer_addresses = CASE
            WHEN c.conversation_sid = ANY (shared) THEN coalesce(
                (
                    SELECT array_agg(b.address ORDER BY b.address)
                    FROM unnest(c.customer_addresses) AS b (address)
                    WHERE store.address_hash(b.address) <> hash
                ),
                '{}'
            )
            ELSE '{}'
        END,
        erased_through = CASE
            WHEN s.scope = 'part' THEN '-infinity'
            WHEN s.scope = 'aged' THEN coalesce(c.last_message_at, c.first_received_at)
            ELSE 'infinity'
        END
    FROM store.erased_sids s
    WHERE c.conversation_sid = ANY (gone || shared) AND s.sid = c.conversation_sid;
    dealt := dealt || jsonb_build_object('conversations', cardinality(gone), 'shared_conversations', cardinality(shared));

    UPDATE store.erased_sids s SET erased_at = now() WHERE s.sid = ANY (gone || shared);
    PERFORM store.add_counts(id, dealt);
    RETURN cardinality(chosen);
END
$$;

-- What belongs to no conversation of the erasure, or to one that others share: deliveries, executions, users.
CREATE FUNCTION store.erase_rest(id text, most integer) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    chosen   text[];
    dealt    jsonb := '{}';
    affected integer;
BEGIN
    SELECT array_agg(s.sid) INTO chosen
    FROM (
        SELECT s.sid
        FROM store.erased_sids s
        WHERE s.erasure_id = id AND s.erased_at IS NULL AND s.scope NOT IN ('conversation', 'part', 'aged')
        ORDER BY s.sid
        LIMIT most
        FOR UPDATE SKIP LOCKED
    ) s;
    IF chosen IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE store.users u
    SET identity = NULL, friendly_name = NULL, attributes = NULL
    WHERE u.user_sid = ANY (chosen);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('users', affected);
    DELETE FROM store.delivery_events v WHERE v.channel_message_sid = ANY (chosen);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('delivery_events', affected);
    UPDATE store.deliveries d
    SET from_address = NULL, to_address = NULL, error_text = NULL
    WHERE d.channel_message_sid = ANY (chosen)
        AND NOT EXISTS (
            SELECT
            FROM store.erased_sids s
            WHERE s.sid = d.conversation_sid AND s.scope = 'conversation' AND s.erased_at IS NOT NULL
        );
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('deliveries', affected);
    UPDATE store.flow_executions x
    SET answers = NULL, contact_address = NULL, ended_reason = NULL
    WHERE x.execution_sid = ANY (chosen) AND (x.answers IS NOT NULL OR x.contact_address IS NOT NULL);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('flow_executions', affected);
    DELETE FROM store.execution_searches q WHERE q.execution_sid = ANY (chosen);
    UPDATE store.erased_sids s SET erased_at = now() WHERE s.sid = ANY (chosen);
    PERFORM store.add_counts(id, dealt);
    RETURN cardinality(chosen);
END
$$;

-- Records that were kept whole. They are searched for SIDs and for the hash of everything that may be an address, in
-- the bytes and in the Base64 inside. A part of the table at a time; returns the last key looked at, null at the end.
CREATE FUNCTION store.erase_kept_events(id text, place text, after text, most integer) RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    of     store.erasures;
    looked text[];
    found  text[];
BEGIN
    SELECT * INTO of FROM store.erasures e WHERE e.erasure_id = id;
    IF place = 'unrecognised_events' THEN
        SELECT array_agg(k.event_id ORDER BY k.event_id), array_agg(k.event_id) FILTER (WHERE k.is_found)
        INTO looked, found
        FROM (
            SELECT
                u.event_id,
                EXISTS (SELECT FROM store.records_of_erased(ARRAY[of.account_sid], ARRAY[u.received_at], ARRAY[u.record])) AS is_found
            FROM store.unrecognised_events u
            WHERE u.event_id > after AND u.account_sid = of.account_sid
            ORDER BY u.event_id
            LIMIT most
        ) k;
        DELETE FROM store.unrecognised_events u WHERE u.event_id = ANY (found);
    ELSIF place = 'pre_action_events' THEN
        SELECT array_agg(k.event_id ORDER BY k.event_id), array_agg(k.event_id) FILTER (WHERE k.is_found)
        INTO looked, found
        FROM (
            SELECT
                u.event_id,
                EXISTS (SELECT FROM store.records_of_erased(ARRAY[of.account_sid], ARRAY[u.received_at], ARRAY[u.record])) AS is_found
            FROM store.pre_action_events u
            WHERE u.event_id > after AND u.account_sid = of.account_sid
            ORDER BY u.event_id
            LIMIT most
        ) k;
        DELETE FROM store.pre_action_events u WHERE u.event_id = ANY (found);
    ELSE
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'no such place';
    END IF;
    PERFORM store.add_counts(id, jsonb_build_object(place, coalesce(cardinality(found), 0)));
    RETURN looked[cardinality(looked)];
END
$$;

-- The same for records that could not be stored. Their rows stay, without bytes, and are marked as dropped. A record
-- without a known account is searched for every erasure's sake.
CREATE FUNCTION store.erase_quarantined(id text) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    of       store.erasures;
    erased   integer;
    affected integer;
BEGIN
    SELECT * INTO of FROM store.erasures e WHERE e.erasure_id = id;
    UPDATE store.quarantined_records q
    SET record_key = NULL, record_value = NULL, replay_requested_at = NULL, dropped_at = coalesce(q.dropped_at, now())
    WHERE q.record_value IS NOT NULL
        AND (q.account_sid IS NULL OR q.account_sid = of.account_sid)
        AND EXISTS (
            SELECT
            FROM store.records_of_erased(
                ARRAY[of.account_sid],
                ARRAY[q.recorded_at],
                ARRAY[coalesce(q.record_key, '') || ' '::bytea || q.record_value]
            )
        );
    GET DIAGNOSTICS erased = ROW_COUNT;
    UPDATE handoff.quarantined_records q
    SET record_key = NULL, record_value = NULL, dropped_at = coalesce(q.dropped_at, now())
    WHERE q.record_value IS NOT NULL
        AND (q.account_sid IS NULL OR q.account_sid = of.account_sid)
        AND EXISTS (
            SELECT
            FROM store.records_of_erased(
                ARRAY[of.account_sid],
                ARRAY[q.recorded_at],
                ARRAY[coalesce(q.record_key, '') || ' '::bytea || q.record_value]
            )
        );
    GET DIAGNOSTICS affected = ROW_COUNT;
    PERFORM store.add_counts(id, jsonb_build_object('quarantined_records', erased + affected));
    RETURN erased + affected;
END
$$;

-- The store is rid of it / all is done and told.
CREATE FUNCTION store.mark_erasure(id text, new_state text, new_receipt jsonb) RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE store.erasures e
    SET
        state = new_state,
        receipt = coalesce(new_receipt, e.receipt),
        finished_at = CASE WHEN new_state = 'done' THEN now() END
    WHERE e.erasure_id = id
$$;

-- ---- retention ------------------------------------------------------------------------------------------------------

-- The next conversations whose last activity is too long ago go into the register. The row of the erasure is one for a
-- rule and a day.
CREATE FUNCTION store.register_aged(
    rule text, age interval, of_account text, of_channel text, most integer, OUT id text, OUT registered integer
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    id := 'retention ' || rule || ' ' || current_date;
    WITH chosen AS (
        SELECT c.conversation_sid, c.account_sid
        FROM store.conversations c
        WHERE coalesce(c.last_message_at, c.first_received_at) < now() - age
            AND (c.erased_through IS NULL OR c.erased_through < coalesce(c.last_message_at, c.first_received_at))
            AND (of_account IS NULL OR c.account_sid = of_account)
            AND (of_channel IS NULL OR c.channel = of_channel)
            AND store.hold_on(c.account_sid, c.conversation_sid, c.customer_addresses) IS NULL
            AND NOT EXISTS (
                SELECT FROM store.erased_sids s WHERE s.sid = c.conversation_sid AND s.erased_at IS NULL
            )
        ORDER BY coalesce(c.last_message_at, c.first_received_at)
        LIMIT most
        FOR UPDATE OF c SKIP LOCKED
    )
    INSERT INTO store.erased_sids AS s (sid, scope, account_sid, erasure_id, erased_before)
    SELECT c.conversation_sid, 'aged', c.account_sid, id, now() - age
    FROM chosen c
    ON CONFLICT (sid) DO UPDATE
    SET scope = 'aged', erasure_id = excluded.erasure_id, erased_before = excluded.erased_before, erased_at = NULL
    WHERE s.scope IN ('aged', 'part');
    GET DIAGNOSTICS registered = ROW_COUNT;
    IF registered > 0 THEN
        INSERT INTO store.erasures (erasure_id, kind, account_sid, requested_by, reason, state)
        VALUES (id, 'retention', of_account, 'retention', rule, 'done')
        ON CONFLICT (erasure_id) DO NOTHING;
    END IF;
END
$$;

-- What a rule would take now.
CREATE FUNCTION store.retention_preview(age interval, of_account text, of_channel text)
RETURNS TABLE (account_sid text, channel text, conversations bigint, messages bigint, held bigint)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT
        c.account_sid,
        c.channel,
        count(*) FILTER (WHERE h.hold_id IS NULL),
        coalesce(sum(c.message_count) FILTER (WHERE h.hold_id IS NULL), 0),
        count(h.hold_id)
    FROM store.conversations c
    CROSS JOIN LATERAL (
        SELECT store.hold_on(c.account_sid, c.conversation_sid, c.customer_addresses) AS hold_id
    ) h
    WHERE coalesce(c.last_message_at, c.first_received_at) < now() - age
        AND (c.erased_through IS NULL OR c.erased_through < coalesce(c.last_message_at, c.first_received_at))
        AND (of_account IS NULL OR c.account_sid = of_account)
        AND (of_channel IS NULL OR c.channel = of_channel)
    GROUP BY c.account_sid, c.channel
    ORDER BY c.account_sid, c.channel
$$;

-- ---- rights ---------------------------------------------------------------------------------------------------------

-- Of all that are ours; one belongs to transcripts_watchdog.
DO $$
DECLARE
    ours regprocedure;
BEGIN
    FOR ours IN
        SELECT p.oid::regprocedure
        FROM pg_proc p
        WHERE p.pronamespace = 'store'::regnamespace AND p.proowner = current_user::regrole
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', ours);
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION
    store.enter_merge(),
    store.erased_addresses(text[], text[]),
    store.records_of_erased(text[], timestamptz[], bytea[]),
    store.register_aged(text, interval, text, text, integer),
    store.erase_conversations(text, integer)
    TO transcripts_archiver;
GRANT SELECT ON store.erased_sids TO transcripts_archiver, transcripts_operator;
GRANT SELECT, INSERT, UPDATE ON store.media_removals TO transcripts_archiver;

GRANT EXECUTE ON FUNCTION
    store.hold(text, text, text, text, timestamptz, text),
    store.release_hold(text, text),
    store.hold_on_person(text, text),
    store.wait_for_merges(),
    store.erasure_preview(text, text),
    store.begin_erasure(text, text, text, text),
    store.register_person(text, text),
    store.register_again(text, text, bytea, timestamptz, text, text, text[], text[]),
    store.erase_conversations(text, integer),
    store.erase_rest(text, integer),
    store.erase_kept_events(text, text, text, integer),
    store.erase_quarantined(text),
    store.records_of_erased(text[], timestamptz[], bytea[]),
    store.mark_erasure(text, text, jsonb),
    store.retention_preview(interval, text, text)
    TO transcripts_operator;
GRANT SELECT ON store.erasures, store.holds TO transcripts_operator;
GRANT SELECT (sha256, requested_at, removed_at) ON store.media_removals TO transcripts_operator;
GRANT SELECT (consumer_group, topic, partition, next_offset) ON store.consumer_offsets TO transcripts_operator;
GRANT SELECT (consumer_group, topic, partition, next_offset) ON handoff.consumer_offsets TO transcripts_operator;

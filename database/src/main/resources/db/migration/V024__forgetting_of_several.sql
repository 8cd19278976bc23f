-- What forgetting left in conversations of several, and outside of any. See docs/adr/034-forgetting.md.

-- joined: erasures of other members that waited for the same conversation; all of them are done in one.
-- erased_names: HMACs of the names and attributes that a conversation of several had, so that they do not come back.
ALTER TABLE store.erased_sids
    ADD COLUMN joined text[] NOT NULL DEFAULT '{}',
    ADD COLUMN erased_names bytea[] NOT NULL DEFAULT '{}';

-- For retention outside of conversations.
CREATE INDEX pre_action_events_key ON store.pre_action_events (record_key);
CREATE INDEX pre_action_events_received ON store.pre_action_events USING brin (received_at);
CREATE INDEX deliveries_to_age ON store.deliveries (first_received_at)
    WHERE conversation_sid IS NULL
        AND (from_address IS NOT NULL OR to_address IS NOT NULL OR error_text IS NOT NULL);
CREATE INDEX flow_executions_to_age ON store.flow_executions (first_received_at)
    WHERE conversation_sid IS NULL
        AND (answers IS NOT NULL OR contact_address IS NOT NULL OR ended_reason IS NOT NULL);

-- ---- words and names ------------------------------------------------------------------------------------------------

CREATE FUNCTION store.name_hash(name text) RETURNS bytea
LANGUAGE sql STABLE STRICT
RETURN (
    SELECT sha256(k.outer_pad || sha256(k.inner_pad || convert_to(name, 'UTF8')))
    FROM store.erasure_key k
);

CREATE FUNCTION store.without_addresses(words text, addresses text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
DECLARE
    masked  text := words;
    address text;
BEGIN
    FOR address IN
        SELECT a.address
        FROM unnest(addresses) AS a (address)
        ORDER BY length(a.address) DESC
    LOOP
        masked := replace(replace(masked, '+' || address, '[erased]'), address, '[erased]');
    END LOOP;
    RETURN masked;
END
$$;

CREATE OR REPLACE FUNCTION store.without_address(words text, hash bytea) RETURNS text
LANGUAGE sql STABLE STRICT
AS $$
    SELECT coalesce(store.without_addresses(words, array_agg(a.address)), words)
    FROM store.addresses_in(words) AS a (address)
    WHERE store.address_hash(a.address) = hash
$$;

-- Of words that others wrote, each by its position, those that name somebody who was erased after they were written,
-- and what they are without.
CREATE FUNCTION store.words_without_erased(accounts text[], times timestamptz[], words text[])
RETURNS TABLE (words_position integer, masked text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT w.position::integer, store.without_addresses(w.words, f.addresses)
    FROM unnest(accounts, times, words) WITH ORDINALITY AS w (account_sid, written_at, words, position)
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT a.address) AS addresses
        FROM store.addresses_in(w.words) AS a (address)
        JOIN store.erasures e
            ON e.kind = 'person'
                AND e.account_sid = w.account_sid
                AND e.address_hash = store.address_hash(a.address)
                AND e.requested_at >= w.written_at
    ) f
    WHERE f.addresses IS NOT NULL
$$;

-- Of names of conversations, each by its position, those that an erasure of a part took away: what it found, and all
-- that was told before.
CREATE FUNCTION store.erased_names(conversations text[], times timestamptz[], names text[])
RETURNS SETOF integer
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.position::integer
    FROM unnest(conversations, times, names) WITH ORDINALITY AS n (conversation_sid, told_at, name, position)
    JOIN store.erased_sids s ON s.sid = n.conversation_sid AND s.scope = 'part'
    WHERE s.erased_at IS NULL OR n.told_at <= s.erased_at OR store.name_hash(n.name) = ANY (s.erased_names)
$$;

-- ---- several members at the same time -------------------------------------------------------------------------------

-- What one erasure is about to deal with is not taken over by another.
CREATE FUNCTION store.one_person_at_a_time() RETURNS void
LANGUAGE sql
AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('store.erase_person', 0))
$$;

-- Puts what there is of the person into the register. Repeated, it adds what came in between.
CREATE OR REPLACE FUNCTION store.register_person(id text, of_address text) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    added integer;
BEGIN
    PERFORM store.one_person_at_a_time();
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
        joined = CASE WHEN s.scope = 'part' AND s.erased_at IS NULL THEN s.joined || s.erasure_id ELSE '{}' END,
        erased_before = NULL,
        erased_at = NULL
    -- of what several customers share each is erased in turn, or those together that wait; what was only aged goes for good
    WHERE s.scope = 'aged' OR (s.scope = 'part' AND s.erasure_id <> excluded.erasure_id AND excluded.erasure_id <> ALL (s.joined));
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN added;
END
$$;

-- The register from a receipt, for a store that was restored from before the erasure. All of it is erased anew.
CREATE OR REPLACE FUNCTION store.register_again(
    id text, of_account text, hash bytea, at timestamptz, who text, why text, sids text[], scopes text[]
) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    added integer;
BEGIN
    PERFORM store.one_person_at_a_time();
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
    SET
        scope = excluded.scope,
        erasure_id = excluded.erasure_id,
        joined = CASE
            WHEN s.scope = 'part' AND s.erased_at IS NULL THEN array_remove(s.joined || s.erasure_id, excluded.erasure_id)
            ELSE '{}'
        END,
        erased_before = NULL,
        erased_at = NULL;
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN added;
END
$$;

-- The next conversations of an erasure, in one transaction: what tells of a person goes, and of it stay SIDs, times,
-- states and counts. Returns how many it dealt with; 0 when there is none left.
CREATE OR REPLACE FUNCTION store.erase_conversations(id text, most integer) RETURNS integer
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
    of_one    record;
    found     text[];
    masked    text[] := '{}';
    dealt     jsonb;
    affected  integer;
BEGIN
    SELECT e.address_hash INTO hash FROM store.erasures e WHERE e.erasure_id = id;
    IF hash IS NOT NULL THEN
        PERFORM store.one_person_at_a_time();
    END IF;
    -- rows of the merge are locked in the order of the merge: the conversations come last, and are only looked at here
    SELECT array_agg(s.sid ORDER BY s.sid) INTO chosen
    FROM (
        SELECT s.sid
        FROM store.erased_sids s
        WHERE s.erased_at IS NULL
            AND s.scope IN ('conversation', 'part', 'aged')
            AND (s.erasure_id = id OR id = ANY (s.joined))
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
            AND EXISTS (SELECT FROM store.erased_sids s WHERE s.sid = p.participant_sid AND s.scope = 'participant')
        );
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := jsonb_build_object('participants', affected);

    SELECT coalesce(array_agg(m.message_sid ORDER BY m.message_sid), '{}') INTO own
    FROM store.messages m
    WHERE m.conversation_sid = ANY (gone)
        OR (
            m.conversation_sid = ANY (shared)
            AND EXISTS (SELECT FROM store.erased_sids s WHERE s.sid = m.message_sid AND s.scope = 'message')
        );
    dealt := dealt || store.erase_messages(own);

    -- what others wrote stays, without the address, for each person whose erasure waits for the conversation
    FOR of_one IN
        SELECT s.sid, e.address_hash
        FROM store.erased_sids s
        JOIN store.erasures e ON e.erasure_id = s.erasure_id OR e.erasure_id = ANY (s.joined)
        WHERE s.sid = ANY (shared)
        ORDER BY s.sid, e.erasure_id
    LOOP
        SELECT coalesce(array_agg(m.message_sid ORDER BY m.message_sid), '{}') INTO found
        FROM store.messages m
        WHERE m.conversation_sid = of_one.sid
            AND (store.mentions_address(m.body, of_one.address_hash) OR store.mentions_address(m.attributes, of_one.address_hash));
        UPDATE store.messages m
        SET
            body = store.without_address(m.body, of_one.address_hash),
            attributes = store.without_address(m.attributes, of_one.address_hash),
            attributes_json = CASE WHEN NOT store.mentions_address(m.attributes, of_one.address_hash) THEN m.attributes_json END
        WHERE m.message_sid = ANY (found);
        DELETE FROM store.message_revisions r
        WHERE r.conversation_sid = of_one.sid AND store.mentions_address(r.value, of_one.address_hash);
        masked := ARRAY(SELECT unnest(masked) UNION SELECT unnest(found) ORDER BY 1);
    END LOOP;
    IF cardinality(masked) > 0 THEN
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
    DELETE FROM store.pre_action_events u
    WHERE u.record_key = ANY (gone);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('pre_action_events', affected);
    DELETE FROM store.reconciliations r WHERE r.conversation_sid = ANY (gone);

    -- a comparison tells the same names again, for as long as the conversation has them
    UPDATE store.erased_sids s
    SET erased_names = s.erased_names || ARRAY(
        SELECT store.name_hash(n.name)
        FROM unnest(ARRAY[c.unique_name, c.friendly_name, c.attributes]) AS n (name)
        WHERE n.name IS NOT NULL
    )
    FROM store.conversations c
    WHERE s.sid = ANY (shared) AND c.conversation_sid = s.sid;

    UPDATE store.conversations c
    SET
        unique_name = NULL, friendly_name = NULL, attributes = NULL, attributes_json = NULL,
        binding_addresses = CASE
            WHEN c.conversation_sid = ANY (shared) THEN (
                SELECT array_agg(b.address ORDER BY b.position)
                FROM unnest(c.binding_addresses) WITH ORDINALITY AS b (address, position)
                WHERE store.address_hash(b.address) <> ALL (h.hashes)
            )
        END,
        customer_addresses = CASE
            WHEN c.conversation_sid = ANY (shared) THEN coalesce(
                (
                    SELECT array_agg(b.address ORDER BY b.address)
                    FROM unnest(c.customer_addresses) AS b (address)
                    WHERE store.address_hash(b.address) <> ALL (h.hashes)
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
    CROSS JOIN LATERAL (
        SELECT array_agg(e.address_hash) FILTER (WHERE e.address_hash IS NOT NULL) AS hashes
        FROM store.erasures e
        WHERE e.erasure_id = s.erasure_id OR e.erasure_id = ANY (s.joined)
    ) h
    WHERE c.conversation_sid = ANY (gone || shared) AND s.sid = c.conversation_sid;
    dealt := dealt || jsonb_build_object('conversations', cardinality(gone), 'shared_conversations', cardinality(shared));

    UPDATE store.erased_sids s SET erased_at = now() WHERE s.sid = ANY (gone || shared);
    PERFORM store.add_counts(id, dealt);
    RETURN cardinality(chosen);
END
$$;

-- What belongs to no conversation of the erasure, or to one that others share: participants, messages, deliveries,
-- executions, users.
CREATE OR REPLACE FUNCTION store.erase_rest(id text, most integer) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    chosen   text[];
    own      text[];
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
    -- in a conversation that is shared they are erased already, unless that was erased before these were registered
    UPDATE store.participants p
    SET identity = NULL, address = NULL, attributes = NULL
    WHERE p.participant_sid = ANY (chosen)
        AND (p.identity, p.address, p.attributes) IS DISTINCT FROM (NULL::text, NULL::text, NULL::text);
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('participants', affected);
    SELECT coalesce(array_agg(m.message_sid ORDER BY m.message_sid), '{}') INTO own
    FROM store.messages m
    WHERE m.message_sid = ANY (chosen);
    IF cardinality(own) > 0 THEN
        dealt := dealt || store.erase_messages(own);
        dealt := dealt || jsonb_build_object('search', store.erase_search('{}', own));
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

-- ---- retention outside of conversations -----------------------------------------------------------------------------

-- Whether a record that was kept whole is of somebody, or of a conversation, that is held.
CREATE FUNCTION store.is_record_held(of_account text, of_conversation text, record bytea) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT
    FROM store.holds h
    WHERE h.account_sid = of_account
        AND h.released_at IS NULL
        AND (h.held_until IS NULL OR h.held_until > now())
        AND (
            h.conversation_sid = of_conversation
            OR h.address_hash IN (
                SELECT store.address_hash(a.address)
                FROM store.addresses_in(store.readable_text(record)) AS a (address)
            )
        )
);

-- What is too old and belongs to no conversation that is kept: deliveries and runs of flows outside of any, and records
-- that were kept whole. Of the first two the rows stay, as in an erasure. Returns how many rows it dealt with, of each kind
-- so many at the most; 0 when there is none left.
CREATE FUNCTION store.erase_aged_rest(rule text, age interval, of_account text, most integer) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    id         text := 'retention ' || rule || ' ' || current_date;
    chosen     text[];
    dealt      jsonb := '{}';
    affected   integer;
    altogether integer := 0;
BEGIN
    SELECT coalesce(array_agg(d.channel_message_sid), '{}') INTO chosen
    FROM (
        SELECT d.channel_message_sid
        FROM store.deliveries d
        WHERE d.conversation_sid IS NULL
            AND (d.from_address IS NOT NULL OR d.to_address IS NOT NULL OR d.error_text IS NOT NULL)
            AND d.first_received_at < now() - age
            AND (of_account IS NULL OR d.account_sid = of_account)
            AND store.hold_on(d.account_sid, NULL, ARRAY[d.from_address, d.to_address]) IS NULL
        ORDER BY d.first_received_at
        LIMIT most
        FOR UPDATE SKIP LOCKED
    ) d;
    DELETE FROM store.delivery_events v WHERE v.channel_message_sid = ANY (chosen);
    UPDATE store.deliveries d
    SET from_address = NULL, to_address = NULL, error_text = NULL
    WHERE d.channel_message_sid = ANY (chosen);
    dealt := dealt || jsonb_build_object('deliveries', cardinality(chosen));
    altogether := altogether + cardinality(chosen);

    SELECT coalesce(array_agg(x.execution_sid), '{}') INTO chosen
    FROM (
        SELECT x.execution_sid
        FROM store.flow_executions x
        WHERE x.conversation_sid IS NULL
            AND (x.answers IS NOT NULL OR x.contact_address IS NOT NULL OR x.ended_reason IS NOT NULL)
            AND x.first_received_at < now() - age
            AND (of_account IS NULL OR x.account_sid = of_account)
            AND store.hold_on(x.account_sid, NULL, ARRAY[x.contact_address]) IS NULL
        ORDER BY x.first_received_at
        LIMIT most
        FOR UPDATE SKIP LOCKED
    ) x;
    DELETE FROM store.execution_searches q WHERE q.execution_sid = ANY (chosen);
    UPDATE store.flow_executions x
    SET answers = NULL, contact_address = NULL, ended_reason = NULL
    WHERE x.execution_sid = ANY (chosen);
    dealt := dealt || jsonb_build_object('flow_executions', cardinality(chosen));
    altogether := altogether + cardinality(chosen);

    DELETE FROM store.pre_action_events u
    WHERE u.event_id IN (
        SELECT p.event_id
        FROM store.pre_action_events p
        WHERE p.received_at < now() - age
            AND (of_account IS NULL OR p.account_sid = of_account)
            AND NOT store.is_record_held(p.account_sid, p.record_key, p.record)
        LIMIT most
        FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('pre_action_events', affected);
    altogether := altogether + affected;

    DELETE FROM store.unrecognised_events u
    WHERE u.event_id IN (
        SELECT p.event_id
        FROM store.unrecognised_events p
        WHERE p.received_at < now() - age
            AND (of_account IS NULL OR p.account_sid = of_account)
            AND NOT store.is_record_held(p.account_sid, p.conversation_sid, p.record)
        LIMIT most
        FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS affected = ROW_COUNT;
    dealt := dealt || jsonb_build_object('unrecognised_events', affected);
    altogether := altogether + affected;

    IF altogether > 0 THEN
        INSERT INTO store.erasures (erasure_id, kind, account_sid, requested_by, reason, state)
        VALUES (id, 'retention', of_account, 'retention', rule, 'done')
        ON CONFLICT (erasure_id) DO NOTHING;
        PERFORM store.add_counts(id, dealt);
    END IF;
    RETURN altogether;
END
$$;

-- ---- rights ---------------------------------------------------------------------------------------------------------

REVOKE EXECUTE ON FUNCTION
    store.name_hash(text),
    store.without_addresses(text, text[]),
    store.words_without_erased(text[], timestamptz[], text[]),
    store.erased_names(text[], timestamptz[], text[]),
    store.one_person_at_a_time(),
    store.is_record_held(text, text, bytea),
    store.erase_aged_rest(text, interval, text, integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    store.words_without_erased(text[], timestamptz[], text[]),
    store.erased_names(text[], timestamptz[], text[]),
    store.erase_aged_rest(text, interval, text, integer)
    TO transcripts_archiver;

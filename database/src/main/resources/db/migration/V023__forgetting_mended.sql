-- What forgetting left. See docs/adr/034-forgetting.md.

-- An erasure that is taken up again covers what came since: who asks once more means all that there is by now.
CREATE OR REPLACE FUNCTION store.begin_erasure(of_account text, of_address text, who text, why text) RETURNS text
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
    ELSE
        UPDATE store.erasures e
        SET requested_at = now(), state = 'registered', reason = coalesce(why, e.reason)
        WHERE e.erasure_id = id;
    END IF;
    RETURN id;
END
$$;

-- The hold that keeps a conversation, of its own or of anybody in it; null: none. An address may be known of a participant
-- only: as the identity of a chat, or after retention took it from the conversation.
CREATE OR REPLACE FUNCTION store.hold_on(of_account text, of_conversation text, addresses text[]) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT h.hold_id
    FROM store.holds h
    WHERE h.account_sid = of_account
        AND h.released_at IS NULL
        AND (h.held_until IS NULL OR h.held_until > now())
        AND (
            h.conversation_sid = of_conversation
            OR h.address_hash IN (
                SELECT store.address_hash(a.address)
                FROM (
                    SELECT unnest(addresses)
                    UNION
                    SELECT unnest(c.binding_addresses)
                    FROM store.conversations c
                    WHERE c.conversation_sid = of_conversation
                    UNION
                    SELECT unnest(ARRAY[p.address, p.identity])
                    FROM store.participants p
                    WHERE p.conversation_sid = of_conversation
                ) AS a (address)
            )
        )
    ORDER BY h.held_at
    LIMIT 1
$$;

-- All that there is of a person, as far as it began before a time, in whatever case it is written. Reads some tables
-- whole: an address is seldom looked for in them, and an index that every message pays for is not worth it.
CREATE OR REPLACE FUNCTION store.person_sids(of_account text, of_address text, before timestamptz)
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
        WHERE p.account_sid = of_account AND (lower(p.address) = ANY (v.addresses) OR lower(p.identity) = ANY (v.addresses))
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
        WHERE m.account_sid = of_account AND lower(m.author) = ANY (v.addresses)
    ),
    scoped AS MATERIALIZED (
        SELECT
            f.conversation_sid,
            CASE
                WHEN EXISTS (
                        SELECT
                        FROM store.participants p
                        WHERE p.conversation_sid = f.conversation_sid AND lower(p.address) <> ALL (v.addresses)
                    )
                    OR EXISTS (
                        SELECT
                        FROM unnest(c.binding_addresses) AS b (address)
                        WHERE lower(b.address) <> ALL (v.addresses) AND b.address IS DISTINCT FROM c.binding_proxy_address
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
            AND (lower(m.author) = ANY (v.addresses) OR m.participant_sid IN (SELECT t.participant_sid FROM theirs t))
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
        AND (lower(d.to_address) = ANY (v.addresses) OR lower(d.from_address) = ANY (v.addresses))
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
        AND lower(x.contact_address) = ANY (v.addresses)
        AND coalesce(x.started_at, x.first_received_at) <= before
    UNION
    SELECT u.user_sid, 'user'
    FROM store.users u
    CROSS JOIN variants v
    WHERE u.account_sid = of_account AND lower(u.identity) = ANY (v.addresses)
$$;

-- What ended a flow may be somebody's words, and it is counted by. Only an erasure takes it away, and then its day is
-- counted anew.
CREATE FUNCTION store.note_erased_execution() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO store.day_changes (conversation_sids, days)
    VALUES ('{}', ARRAY[(coalesce(NEW.started_at, NEW.ended_at, NEW.first_received_at) AT TIME ZONE 'UTC')::date]);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION store.note_erased_execution() FROM PUBLIC;

CREATE TRIGGER note_erased_execution
AFTER UPDATE ON store.flow_executions
FOR EACH ROW
WHEN (
    (OLD.ended_reason IS NOT NULL AND NEW.ended_reason IS NULL)
    OR (OLD.answers IS NOT NULL AND NEW.answers IS NULL)
)
EXECUTE FUNCTION store.note_erased_execution();

-- Those of earlier erasures.
INSERT INTO store.day_changes (conversation_sids, days)
SELECT '{}', array_agg(DISTINCT f.day)
FROM store.flow_days f
WHERE f.ended_reason IS NOT NULL
    AND EXISTS (SELECT FROM store.erasures)
HAVING count(*) > 0;

-- Teams: who may see which accounts and numbers. See docs/access.md and docs/adr/032-teams.md.
--
-- The views of schema transcripts belong to transcripts_reader from here on, who owns no table: row-level security on the
-- tables then holds for whoever asks a view. A view that a later migration makes has to be handed over too:
--     ALTER VIEW transcripts.name OWNER TO transcripts_reader;
-- and what it reads of store and handoff has to be granted to transcripts_reader and have a policy. GrantsTest and
-- TeamsTest find the ones that were forgotten.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['transcripts_reader', 'transcripts_masked', 'transcripts_watchdog']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            RAISE EXCEPTION 'The role % is missing: run db/bootstrap/roles.sql as a superuser first', role_name;
        END IF;
    END LOOP;
END
$$;

-- What a team may see: whole accounts, or single numbers of them. A team is a login role of the database, or what a user of
-- console and API is configured with.
CREATE TABLE store.team_scopes (
    team        text        NOT NULL,
    account_sid text        NOT NULL,
    our_address text,       -- as transcripts.conversations spells it; null: every number of the account
    granted_at  timestamptz NOT NULL DEFAULT now(),
    granted_by  text        NOT NULL DEFAULT session_user,
    CONSTRAINT team_scopes_once UNIQUE NULLS NOT DISTINCT (team, account_sid, our_address),
    -- '*' stands for everything in the settings of console and API
    CONSTRAINT team_scopes_team CHECK (team NOT IN ('', '*')),
    CONSTRAINT team_scopes_address CHECK (our_address <> '')
);

-- Whether the role that signed in is one of ours, which see everything, or a superuser. Every other role sees what its rows
-- in team_scopes say, and without rows nothing.
--
-- It is session_user and not current_user: a member of transcripts_analyst may SET ROLE to it and would see everything, and in a
-- function like this one current_user is its owner.
CREATE FUNCTION store.is_own_role() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = ''
AS $$
    SELECT
        session_user IN (
            'transcripts_migrator', 'transcripts_archiver', 'transcripts_notifier', 'transcripts_operator',
            'transcripts_analyst', 'transcripts_auditor', 'transcripts_masked'
        )
        OR EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = session_user AND r.rolsuper)
$$;

-- The archiver sets transcripts.team in the transaction of a console or API user. Anybody may set it: it narrows what he sees and
-- never widens it, since what he may see himself holds as well.
CREATE FUNCTION store.sees_everything() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = ''
AS $$
    SELECT coalesce(current_setting('transcripts.team', true), '') = '' AND store.is_own_role()
$$;

-- The scopes that hold now: of the role, of the team that is set, or what both have in common.
CREATE FUNCTION store.visible_scopes() RETURNS TABLE (account_sid text, our_address text)
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = ''
AS $$
    WITH who AS (
        SELECT nullif(current_setting('transcripts.team', true), '') AS team, store.is_own_role() AS is_own
    )
    SELECT s.account_sid, s.our_address
    FROM who
    JOIN store.team_scopes s ON s.team = CASE WHEN who.is_own THEN who.team ELSE session_user::text END
    WHERE who.is_own OR who.team IS NULL
    UNION
    SELECT mine.account_sid, coalesce(mine.our_address, theirs.our_address)
    FROM who
    JOIN store.team_scopes mine ON mine.team = session_user::text
    JOIN store.team_scopes theirs ON theirs.team = who.team AND theirs.account_sid = mine.account_sid
    WHERE NOT who.is_own
        AND (mine.our_address IS NULL OR theirs.our_address IS NULL OR mine.our_address = theirs.our_address)
$$;

-- Accounts with all their numbers.
CREATE FUNCTION store.whole_accounts() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = ''
AS $$
    SELECT coalesce(array_agg(v.account_sid), '{}')
    FROM store.visible_scopes() v
    WHERE v.our_address IS NULL
$$;

-- Accounts of which only some numbers are seen: there it depends on the conversation.
CREATE FUNCTION store.partial_accounts() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = ''
AS $$
    SELECT coalesce(array_agg(p.account_sid), '{}')
    FROM (
        SELECT v.account_sid
        FROM store.visible_scopes() v
        GROUP BY v.account_sid
        HAVING bool_and(v.our_address IS NOT NULL)
    ) p
$$;

-- Those numbers, each behind its account: 'AC... +15550001'.
CREATE FUNCTION store.visible_numbers() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = ''
AS $$
    SELECT coalesce(array_agg(v.account_sid || ' ' || v.our_address), '{}')
    FROM store.visible_scopes() v
    WHERE v.our_address IS NOT NULL
$$;

-- A policy runs functions as the one who asks, by their number and not by their name: so nobody needs USAGE of schema store for
-- them, and who has none cannot call them himself.
REVOKE ALL ON FUNCTION
    store.is_own_role(), store.sees_everything(), store.visible_scopes(), store.whole_accounts(), store.partial_accounts(),
    store.visible_numbers()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    store.sees_everything(), store.whole_accounts(), store.partial_accounts(), store.visible_numbers()
    TO transcripts_archiver, transcripts_operator, transcripts_analyst, transcripts_auditor, transcripts_masked;
REVOKE USAGE ON SCHEMA store FROM transcripts_analyst, transcripts_auditor;

-- Row-level security. A policy is checked before the conditions of whoever asks, unless those are known to tell nothing by an error
-- (leakproof), so that a condition that fails on somebody else's row never sees it. Each "(SELECT f())" is asked once per statement.

-- The writers are not concerned. A constant costs nothing: it is gone when the statement is planned.
DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'store.conversations', 'store.messages', 'store.message_revisions', 'store.participants', 'store.users',
        'store.deliveries', 'store.delivery_events', 'store.media_files', 'store.flow_executions',
        'store.unrecognised_events', 'store.quarantined_records', 'store.quarantine_decisions', 'store.freshness',
        'store.error_log', 'store.reconciliations', 'store.handoffs', 'store.handoff_snapshots',
        'handoff.deliveries', 'handoff.attempts'
    ]
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
        EXECUTE format(
            'CREATE POLICY writers ON %s TO transcripts_archiver, transcripts_notifier, transcripts_operator'
                ' USING (true) WITH CHECK (true)',
            table_name
        );
    END LOOP;
END
$$;

CREATE POLICY readers ON store.conversations FOR SELECT TO transcripts_reader
    USING (
        (SELECT store.sees_everything())
        OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
        OR account_sid || ' ' || our_address = ANY ((SELECT store.visible_numbers())::text[])
    );

-- What belongs to a conversation is seen by who sees the conversation, whose own policy holds in here.
DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'store.messages', 'store.message_revisions', 'store.participants', 'store.media_files', 'store.flow_executions',
        'store.unrecognised_events', 'store.reconciliations', 'store.handoffs', 'store.handoff_snapshots', 'handoff.deliveries'
    ]
    LOOP
        EXECUTE format(
            'CREATE POLICY readers ON %1$s FOR SELECT TO transcripts_reader
                USING (
                    (SELECT store.sees_everything())
                    OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
                    OR (
                        account_sid = ANY ((SELECT store.partial_accounts())::text[])
                        AND EXISTS (
                            SELECT FROM store.conversations c
                            WHERE c.conversation_sid = %2$s.conversation_sid
                        )
                    )
                )',
            table_name,
            split_part(table_name, '.', 2)
        );
    END LOOP;
END
$$;

-- A message outside any conversation belongs to the number that it was sent from.
CREATE POLICY readers ON store.deliveries FOR SELECT TO transcripts_reader
    USING (
        (SELECT store.sees_everything())
        OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
        OR (
            account_sid = ANY ((SELECT store.partial_accounts())::text[])
            AND CASE
                WHEN conversation_sid IS NULL
                    THEN account_sid || ' ' || from_address = ANY ((SELECT store.visible_numbers())::text[])
                ELSE EXISTS (
                    SELECT FROM store.conversations c
                    WHERE c.conversation_sid = deliveries.conversation_sid
                )
            END
        )
    );

CREATE POLICY readers ON store.delivery_events FOR SELECT TO transcripts_reader
    USING (
        (SELECT store.sees_everything())
        OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
        OR (
            account_sid = ANY ((SELECT store.partial_accounts())::text[])
            AND EXISTS (
                SELECT FROM store.deliveries d
                WHERE d.channel_message_sid = delivery_events.channel_message_sid
            )
        )
    );

CREATE POLICY readers ON handoff.attempts FOR SELECT TO transcripts_reader
    USING (
        (SELECT store.sees_everything())
        OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
        OR (
            account_sid = ANY ((SELECT store.partial_accounts())::text[])
            AND EXISTS (
                SELECT FROM store.handoffs h
                WHERE h.handoff_id = attempts.handoff_id
            )
        )
    );

-- What belongs to an account, and to no conversation, is seen by who sees the whole account. Without an account (a record that
-- could not be read): by who sees everything.
DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'store.users', 'store.freshness', 'store.error_log', 'store.quarantined_records', 'store.quarantine_decisions'
    ]
    LOOP
        EXECUTE format(
            'CREATE POLICY readers ON %s FOR SELECT TO transcripts_reader
                USING (
                    (SELECT store.sees_everything())
                    OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
                )',
            table_name
        );
    END LOOP;
END
$$;

-- The views change hands. Their new owner reads the tables that they name, and nothing else.
GRANT USAGE ON SCHEMA store, handoff TO transcripts_reader;
GRANT USAGE, CREATE ON SCHEMA transcripts TO transcripts_reader; -- CREATE: to be given a view
GRANT SELECT ON
    store.conversations, store.messages, store.message_revisions, store.participants, store.users, store.deliveries,
    store.delivery_events, store.media_files, store.flow_executions, store.unrecognised_events, store.quarantined_records,
    store.quarantine_decisions, store.freshness, store.error_log, store.reconciliations, store.handoffs,
    store.handoff_snapshots, store.verdict_settings, store.error_codes, handoff.deliveries, handoff.attempts
    TO transcripts_reader;
DO $$
DECLARE
    view_name text;
BEGIN
    FOR view_name IN
        SELECT format('%I.%I', schemaname, viewname)
        FROM pg_views
        WHERE schemaname = 'transcripts'
    LOOP
        EXECUTE format('ALTER VIEW %s OWNER TO transcripts_reader', view_name);
    END LOOP;
END
$$;

-- The watchdog (V012) also ends what members of the reading roles run, a team's for instance.
CREATE OR REPLACE FUNCTION store.end_long_reads(longest interval) RETURNS integer
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT count(*)::integer
    FROM (
        SELECT
            CASE a.state
                WHEN 'active' THEN pg_cancel_backend(a.pid)
                ELSE pg_terminate_backend(a.pid)
            END AS is_ended
        FROM pg_stat_activity a
        JOIN pg_roles r ON r.oid = a.usesysid
        WHERE NOT r.rolsuper
            -- our writers are members of none; the migrator is of transcripts_reader only
            AND r.rolname NOT IN (
                'transcripts_migrator', 'transcripts_archiver', 'transcripts_notifier', 'transcripts_operator'
            )
            AND (
                pg_has_role(a.usesysid, 'transcripts_analyst', 'MEMBER')
                OR pg_has_role(a.usesysid, 'transcripts_auditor', 'MEMBER')
                OR pg_has_role(a.usesysid, 'transcripts_masked', 'MEMBER')
            )
            AND a.datname = current_database()
            AND (
                (a.state = 'active' AND a.query_start < now() - longest)
                OR (a.state LIKE 'idle in transaction%' AND a.state_change < now() - longest)
            )
    ) ended
    WHERE ended.is_ended
$$;
-- It may end anybody's session but a superuser's, so it belongs to a role that nobody signs in as.
GRANT CREATE ON SCHEMA store TO transcripts_watchdog;
ALTER FUNCTION store.end_long_reads(interval) OWNER TO transcripts_watchdog;
REVOKE CREATE ON SCHEMA store FROM transcripts_watchdog;

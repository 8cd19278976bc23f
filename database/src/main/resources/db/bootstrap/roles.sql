-- The roles of the pipeline, made once by a superuser before the first start. Repeating it is harmless.
-- Passwords are not set here: ALTER ROLE ... PASSWORD as your secrets are kept.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['transcripts_migrator', 'transcripts_archiver', 'transcripts_notifier',
                                     'transcripts_analyst', 'transcripts_auditor', 'transcripts_masked', 'transcripts_operator']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', role_name);
        END IF;
    END LOOP;
    -- Nobody signs in as these: they own what has to run with fewer rights than the migrator's, or with others.
    FOREACH role_name IN ARRAY ARRAY['transcripts_reader', 'transcripts_watchdog']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', role_name);
        END IF;
    END LOOP;
END
$$;

-- An analyst's tool opens many connections and forgets them; the limit keeps room for the services. What a sort of his spills to disk
-- has a limit too, which he cannot raise. Settings are not inherited: a team's role needs its own, see docs/access.md.
ALTER ROLE transcripts_analyst CONNECTION LIMIT 20;
ALTER ROLE transcripts_analyst SET statement_timeout = '60s';
ALTER ROLE transcripts_analyst SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE transcripts_analyst SET default_transaction_read_only = on;
ALTER ROLE transcripts_analyst SET temp_file_limit = '5GB';
ALTER ROLE transcripts_analyst SET search_path = transcripts;
ALTER ROLE transcripts_auditor CONNECTION LIMIT 5;
ALTER ROLE transcripts_auditor SET statement_timeout = '60s';
ALTER ROLE transcripts_auditor SET default_transaction_read_only = on;
ALTER ROLE transcripts_auditor SET temp_file_limit = '5GB';
ALTER ROLE transcripts_auditor SET search_path = transcripts;
ALTER ROLE transcripts_masked CONNECTION LIMIT 20;
ALTER ROLE transcripts_masked SET statement_timeout = '60s';
ALTER ROLE transcripts_masked SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE transcripts_masked SET default_transaction_read_only = on;
ALTER ROLE transcripts_masked SET temp_file_limit = '5GB';
ALTER ROLE transcripts_masked SET search_path = transcripts_masked;

-- The views belong to transcripts_reader, who does not own the tables: so the tables' row-level policies hold for whoever asks the
-- views. The migrator makes the views and hands them over.
GRANT transcripts_reader TO transcripts_migrator;

-- A reader can set its own timeouts back. The archiver's watchdog ends what is left, by a function that transcripts_watchdog owns. It
-- has to reach members of transcripts_analyst too, whose names nobody knows here, and that takes these two rights. The migrator
-- can hand a function over to it, and does not have its rights otherwise.
GRANT pg_signal_backend, pg_read_all_stats TO transcripts_watchdog;
GRANT transcripts_watchdog TO transcripts_migrator WITH INHERIT FALSE, SET TRUE;

-- The writers never wait for ever behind somebody's lock (faults D6).
ALTER ROLE transcripts_archiver SET lock_timeout = '5s';
ALTER ROLE transcripts_notifier SET lock_timeout = '5s';
ALTER ROLE transcripts_migrator SET lock_timeout = '5s';
-- A service that is frozen or cut off in the middle of a transaction would keep its locks, and whoever takes over would wait for
-- them, until it is back (A16). The longest that a service waits amid one is 15 s, for Kafka.
ALTER ROLE transcripts_archiver SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE transcripts_notifier SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE transcripts_operator SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE transcripts_operator CONNECTION LIMIT 5;
ALTER ROLE transcripts_operator SET lock_timeout = '5s';
ALTER ROLE transcripts_operator SET statement_timeout = '60s';

DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO transcripts_migrator', current_database());
END
$$;

-- Postgres lets everybody do more than read, in each database. A reader needs none of it: large objects (lo_import and lo_export of the
-- server's files are a superuser's anyway), records of his own in the WAL, blocks of code, and locks by number: by these the services take turns,
-- and migrations too, so whoever else held one would stop them.
REVOKE EXECUTE ON FUNCTION
    lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_open(oid, integer), lo_put(oid, bigint, bytea),
    lo_truncate(integer, integer), lo_truncate64(integer, bigint), lo_unlink(oid), lowrite(integer, bytea)
    FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO transcripts_migrator;
DO $$
DECLARE
    function_name regprocedure;
BEGIN
    FOR function_name IN
        SELECT p.oid
        FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
            AND (p.proname = 'pg_logical_emit_message' OR p.proname ~ '^pg_(try_)?advisory_(xact_)?lock')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function_name);
        IF function_name::text LIKE '%advisory%' THEN
            EXECUTE format(
                'GRANT EXECUTE ON FUNCTION %s'
                    ' TO transcripts_migrator, transcripts_archiver, transcripts_notifier, transcripts_operator',
                function_name
            );
        END IF;
    END LOOP;
END
$$;

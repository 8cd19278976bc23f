-- What operating the services needs of the store. See docs/adr/030-operations.md.

-- The trace that a handoff goes on with while it settles and goes out (W3C Trace Context, 55 characters).
ALTER TABLE store.handoffs ADD COLUMN traceparent text; -- null: nobody traces it
GRANT SELECT (handoff_id, traceparent) ON store.handoffs TO transcripts_notifier;

-- Ends what analysts and auditors run for too long: a statement is cancelled; a transaction that is left open, and holds
-- its locks, loses its session. With the rights of the migrator, who is a member of these two roles and of no other;
-- where roles.sql has not been run again since, it sees no session and ends none.
CREATE FUNCTION store.end_long_reads(longest interval) RETURNS integer
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
        WHERE a.usename IN ('transcripts_analyst', 'transcripts_auditor')
            AND a.datname = current_database()
            AND (
                (a.state = 'active' AND a.query_start < now() - longest)
                OR (a.state LIKE 'idle in transaction%' AND a.state_change < now() - longest)
            )
    ) ended
    WHERE ended.is_ended
$$;
REVOKE ALL ON FUNCTION store.end_long_reads(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION store.end_long_reads(interval) TO transcripts_archiver;

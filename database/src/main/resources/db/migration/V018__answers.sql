-- Ready answers for analysts: counts by day, kept beside the rows and brought up to date behind the merge.
-- See docs/adr/036-answers-by-day.md.

-- What the merge touched, as one row for each batch. Deleted once the days that it concerns are due.
CREATE TABLE store.day_changes (
    change_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    noted_at          timestamptz NOT NULL DEFAULT now(),
    conversation_sids text[]      NOT NULL,
    days              date[]      NOT NULL -- of what belongs to no conversation
);

-- Days (UTC) whose counts are to be made anew. One archiver at a time writes here.
CREATE TABLE store.days_due (
    day      date PRIMARY KEY,
    noted_at timestamptz NOT NULL
);

-- How a row finds its day. The time that Twilio gave, or ours where it gave none.
CREATE INDEX conversations_day ON store.conversations (coalesce(started_at, first_received_at));
CREATE INDEX messages_day ON store.messages USING brin (coalesce(sent_at, first_received_at));
CREATE INDEX deliveries_day ON store.deliveries USING brin (first_received_at);
CREATE INDEX flow_executions_day ON store.flow_executions (coalesce(started_at, ended_at, first_received_at));
-- Customers who came back.
CREATE INDEX conversations_customer ON store.conversations ((customer_addresses[1]), account_sid)
    WHERE cardinality(customer_addresses) = 1;

CREATE TABLE store.conversation_days (
    day                     date    NOT NULL,
    account_sid             text    NOT NULL,
    our_address             text,
    channel                 text    NOT NULL,
    flow_sid                text,
    conversation_count      integer NOT NULL,
    closed_count            integer NOT NULL,
    message_count           bigint  NOT NULL,
    inbound_count           bigint  NOT NULL,
    outbound_count          bigint  NOT NULL,
    failed_count            bigint  NOT NULL,
    answered_count          integer NOT NULL,
    waiting_count           integer NOT NULL,
    first_response_p50      double precision,
    first_response_p90      double precision,
    resolution_p50          double precision,
    resolution_p90          double precision,
    complete_count          integer NOT NULL,
    reconciling_count       integer NOT NULL,
    gap_count               integer NOT NULL,
    unverified_count        integer NOT NULL,
    missing_message_count   bigint  NOT NULL,
    repaired_message_count  bigint  NOT NULL,
    silent_message_count    bigint  NOT NULL,
    UNIQUE NULLS NOT DISTINCT (day, account_sid, our_address, channel, flow_sid)
);

CREATE TABLE store.message_hours (
    hour_at       timestamptz NOT NULL,
    account_sid   text        NOT NULL,
    our_address   text,
    channel       text        NOT NULL,
    author_kind   text        NOT NULL,
    message_count integer     NOT NULL,
    UNIQUE NULLS NOT DISTINCT (hour_at, account_sid, our_address, channel, author_kind)
);

CREATE TABLE store.delivery_days (
    day            date    NOT NULL,
    account_sid    text    NOT NULL,
    our_address    text,
    channel        text    NOT NULL,
    status         text    NOT NULL,
    error_code     integer,
    delivery_count integer NOT NULL,
    UNIQUE NULLS NOT DISTINCT (day, account_sid, our_address, channel, status, error_code)
);

CREATE TABLE store.flow_days (
    day               date    NOT NULL,
    account_sid       text    NOT NULL,
    our_address       text,
    flow_sid          text,
    ended_reason      text,
    is_ended          boolean NOT NULL,
    execution_count   integer NOT NULL,
    handed_over_count integer NOT NULL,
    duration_p50      double precision,
    UNIQUE NULLS NOT DISTINCT (day, account_sid, our_address, flow_sid, ended_reason, is_ended)
);

CREATE TABLE store.flow_step_days (
    day             date    NOT NULL,
    account_sid     text    NOT NULL,
    our_address     text,
    flow_sid        text,
    step            text    NOT NULL,
    reached_count   integer NOT NULL,
    execution_count integer NOT NULL,
    UNIQUE NULLS NOT DISTINCT (day, account_sid, our_address, flow_sid, step)
);

-- When a round last found nothing left to do, or did what there was.
CREATE TABLE store.days_counted (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    counted_at timestamptz NOT NULL
);
INSERT INTO store.days_counted (counted_at) VALUES (now());

-- What is there already.
INSERT INTO store.day_changes (conversation_sids, days)
SELECT '{}', array_agg(DISTINCT seen.day)
FROM (
    SELECT (coalesce(started_at, first_received_at) AT TIME ZONE 'UTC')::date AS day FROM store.conversations
    UNION
    SELECT (coalesce(sent_at, first_received_at) AT TIME ZONE 'UTC')::date FROM store.messages
    UNION
    SELECT (first_received_at AT TIME ZONE 'UTC')::date FROM store.deliveries
    UNION
    SELECT (coalesce(started_at, ended_at, first_received_at) AT TIME ZONE 'UTC')::date FROM store.flow_executions
) seen
HAVING count(*) > 0;

-- Says which days are due by what was touched, of changes that are older than the grace of a missing message: a verdict
-- does not change by the clock any more then.
CREATE FUNCTION store.note_days_due(most_changes integer) RETURNS boolean
LANGUAGE sql
BEGIN ATOMIC
    WITH taken AS (
        DELETE FROM store.day_changes c
        WHERE c.change_id IN (
            SELECT d.change_id
            FROM store.day_changes d
            CROSS JOIN store.verdict_settings s
            WHERE d.noted_at < now() - s.missing_grace - interval '5 seconds'
            ORDER BY d.change_id
            LIMIT most_changes
        )
        RETURNING c.noted_at, c.conversation_sids, c.days
    ),
    touched AS (
        SELECT t.conversation_sid, min(c.noted_at) AS noted_at
        FROM taken c
        CROSS JOIN unnest(c.conversation_sids) AS t (conversation_sid)
        GROUP BY t.conversation_sid
    ),
    due AS (
        SELECT d.day, c.noted_at
        FROM taken c
        CROSS JOIN unnest(c.days) AS d (day)
        UNION ALL
        SELECT (coalesce(c.started_at, c.first_received_at) AT TIME ZONE 'UTC')::date, t.noted_at
        FROM touched t
        JOIN store.conversations c ON c.conversation_sid = t.conversation_sid
        UNION ALL
        SELECT (coalesce(m.sent_at, m.first_received_at) AT TIME ZONE 'UTC')::date, t.noted_at
        FROM touched t
        JOIN store.messages m ON m.conversation_sid = t.conversation_sid
        UNION ALL
        SELECT (d.first_received_at AT TIME ZONE 'UTC')::date, t.noted_at
        FROM touched t
        JOIN store.deliveries d ON d.conversation_sid = t.conversation_sid
        UNION ALL
        SELECT (coalesce(e.started_at, e.ended_at, e.first_received_at) AT TIME ZONE 'UTC')::date, t.noted_at
        FROM touched t
        JOIN store.flow_executions e ON e.conversation_sid = t.conversation_sid
    ),
    noted AS (
        INSERT INTO store.days_due AS n (day, noted_at)
        SELECT d.day, min(d.noted_at)
        FROM due d
        GROUP BY d.day
        ON CONFLICT (day) DO UPDATE
        SET noted_at = least(n.noted_at, excluded.noted_at)
        RETURNING n.day
    )
    SELECT EXISTS (SELECT FROM taken) OR EXISTS (SELECT FROM noted);
END;

-- Counts some of the days that are due anew, the newest first: all counts of a day are of one moment.
CREATE FUNCTION store.count_days_due(most_days integer) RETURNS integer
LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    due     date[];
    of_day  date;
BEGIN
    SELECT array_agg(d.day)
    INTO due
    FROM (SELECT day FROM store.days_due ORDER BY day DESC LIMIT most_days) d;
    IF due IS NULL THEN
        UPDATE store.days_counted SET counted_at = now();
        RETURN 0;
    END IF;
    FOREACH of_day IN ARRAY due LOOP
        PERFORM store.count_day(of_day);
    END LOOP;
    DELETE FROM store.days_due WHERE day = ANY (due);
    RETURN cardinality(due);
END
$$;

CREATE FUNCTION store.count_day(of_day date) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    begins CONSTANT timestamptz := of_day::timestamp AT TIME ZONE 'UTC';
    ends   CONSTANT timestamptz := (of_day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
    DELETE FROM store.conversation_days WHERE day = of_day;
    INSERT INTO store.conversation_days
    SELECT
        of_day,
        c.account_sid,
        c.our_address,
        c.channel,
        f.flow_sid,
        count(*),
        count(c.closed_at),
        sum(c.message_count),
        sum(c.inbound_count),
        sum(c.outbound_count),
        sum(c.failed_count),
        count(c.first_response_seconds),
        count(*) FILTER (WHERE c.inbound_count > 0 AND c.first_response_seconds IS NULL),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY c.first_response_seconds::double precision),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY c.first_response_seconds::double precision),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY r.seconds),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY r.seconds),
        count(*) FILTER (WHERE c.verdict = 'complete'),
        count(*) FILTER (WHERE c.verdict = 'reconciling'),
        count(*) FILTER (WHERE c.verdict = 'gap'),
        count(*) FILTER (WHERE c.verdict = 'unverified'),
        sum(c.missing_count),
        sum(c.repaired_count),
        sum(c.silent_count)
    FROM store.conversations k
    JOIN transcripts.conversations c ON c.conversation_sid = k.conversation_sid
    -- the first flow that it ran through
    LEFT JOIN LATERAL (
        SELECT e.flow_sid
        FROM store.flow_executions e
        WHERE e.conversation_sid = c.conversation_sid
        ORDER BY coalesce(e.started_at, e.ended_at, e.first_received_at), e.execution_sid
        LIMIT 1
    ) f ON true
    CROSS JOIN LATERAL (
        SELECT extract(epoch FROM c.closed_at - coalesce(c.started_at, c.first_received_at))::double precision AS seconds
    ) r
    -- asked of the table: what a view is asked by an expression comes after its policy, and uses no index
    WHERE coalesce(k.started_at, k.first_received_at) >= begins AND coalesce(k.started_at, k.first_received_at) < ends
    GROUP BY c.account_sid, c.our_address, c.channel, f.flow_sid;

    DELETE FROM store.message_hours WHERE hour_at >= begins AND hour_at < ends;
    INSERT INTO store.message_hours
    SELECT
        date_trunc('hour', coalesce(m.sent_at, m.first_received_at), 'UTC') AS hour_at,
        m.account_sid,
        c.our_address,
        coalesce(c.channel, 'other') AS channel,
        m.author_kind,
        count(*)
    FROM store.messages m
    LEFT JOIN store.conversations c ON c.conversation_sid = m.conversation_sid
    WHERE coalesce(m.sent_at, m.first_received_at) >= begins
        AND coalesce(m.sent_at, m.first_received_at) < ends
        AND NOT m.is_stub
    GROUP BY 1, 2, 3, 4, 5;

    DELETE FROM store.delivery_days WHERE day = of_day;
    INSERT INTO store.delivery_days
    SELECT
        of_day,
        d.account_sid,
        coalesce(d.from_address, c.our_address) AS our_address,
        coalesce(c.channel, store.channel_of(NULL, coalesce(d.channel_prefix, '') || coalesce(d.to_address, d.from_address), NULL))
            AS channel,
        d.status,
        d.error_code,
        count(*)
    FROM store.deliveries d
    LEFT JOIN store.conversations c ON c.conversation_sid = d.conversation_sid
    WHERE d.first_received_at >= begins AND d.first_received_at < ends
    GROUP BY 2, 3, 4, 5, 6;

    DELETE FROM store.flow_days WHERE day = of_day;
    INSERT INTO store.flow_days
    SELECT
        of_day,
        e.account_sid,
        c.our_address,
        e.flow_sid,
        e.ended_reason,
        e.ended_at IS NOT NULL,
        count(*),
        count(*) FILTER (WHERE h.is_handed_over),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.ended_at - e.started_at)::double precision)
    FROM store.flow_executions e
    LEFT JOIN store.conversations c ON c.conversation_sid = e.conversation_sid
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT
            FROM store.handoffs h
            WHERE h.conversation_sid = e.conversation_sid
                AND (h.execution_sid = e.execution_sid OR h.execution_sid IS NULL)
                AND h.status = 'ready'
        ) AS is_handed_over
    ) h
    WHERE coalesce(e.started_at, e.ended_at, e.first_received_at) >= begins
        AND coalesce(e.started_at, e.ended_at, e.first_received_at) < ends
    GROUP BY 2, 3, 4, 5, 6;

    DELETE FROM store.flow_step_days WHERE day = of_day;
    INSERT INTO store.flow_step_days
    WITH executions AS (
        SELECT e.account_sid, c.our_address, e.flow_sid, e.answers
        FROM store.flow_executions e
        LEFT JOIN store.conversations c ON c.conversation_sid = e.conversation_sid
        WHERE coalesce(e.started_at, e.ended_at, e.first_received_at) >= begins
            AND coalesce(e.started_at, e.ended_at, e.first_received_at) < ends
            AND jsonb_typeof(e.answers) = 'object'
    ),
    counted AS (
        SELECT e.account_sid, e.our_address, e.flow_sid, count(*) AS execution_count
        FROM executions e
        GROUP BY e.account_sid, e.our_address, e.flow_sid
    )
    SELECT
        of_day,
        e.account_sid,
        e.our_address,
        e.flow_sid,
        a.step,
        count(*),
        min(n.execution_count)
    FROM executions e
    JOIN counted n ON
        n.account_sid = e.account_sid
        AND n.our_address IS NOT DISTINCT FROM e.our_address
        AND n.flow_sid IS NOT DISTINCT FROM e.flow_sid
    CROSS JOIN LATERAL jsonb_each_text(e.answers) AS a (step, answer)
    WHERE a.answer <> ''
    GROUP BY e.account_sid, e.our_address, e.flow_sid, a.step;
END
$$;

CREATE VIEW transcripts.conversations_daily AS
SELECT
    d.day, d.account_sid, d.our_address, d.channel, d.flow_sid, d.conversation_count, d.closed_count, d.message_count,
    d.inbound_count, d.outbound_count, d.failed_count
FROM store.conversation_days d;

COMMENT ON VIEW transcripts.conversations_daily IS 'One row per day, account, number, channel and flow: conversations that began that day, and what became of them until now. How far it is behind: answers_freshness.';
COMMENT ON COLUMN transcripts.conversations_daily.day IS 'Day (UTC) on which they began, by Twilio''s time, or by ours where Twilio gave none.';
COMMENT ON COLUMN transcripts.conversations_daily.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.conversations_daily.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.conversations_daily.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.conversations_daily.flow_sid IS 'The first Studio flow (FW) that ran in them. Null: none is known.';
COMMENT ON COLUMN transcripts.conversations_daily.conversation_count IS 'Conversations.';
COMMENT ON COLUMN transcripts.conversations_daily.closed_count IS 'Of these, closed by now.';
COMMENT ON COLUMN transcripts.conversations_daily.message_count IS 'Messages in them, of any day; stubs not counted.';
COMMENT ON COLUMN transcripts.conversations_daily.inbound_count IS 'Of these, written by customers.';
COMMENT ON COLUMN transcripts.conversations_daily.outbound_count IS 'Of these, written by agents, flows and systems.';
COMMENT ON COLUMN transcripts.conversations_daily.failed_count IS 'Messages with a delivery that ended as failed or undelivered.';

CREATE VIEW transcripts.response_times AS
SELECT
    d.day, d.account_sid, d.our_address, d.channel, d.flow_sid, d.answered_count, d.waiting_count,
    d.first_response_p50 AS median_first_response_seconds, d.first_response_p90 AS p90_first_response_seconds,
    d.closed_count AS resolved_count, d.resolution_p50 AS median_resolution_seconds,
    d.resolution_p90 AS p90_resolution_seconds
FROM store.conversation_days d;

COMMENT ON VIEW transcripts.response_times IS 'One row per day, account, number, channel and flow: how fast customers were answered, and conversations closed. Percentiles cannot be added up over rows: for other groups take first_response_seconds of conversations.';
COMMENT ON COLUMN transcripts.response_times.day IS 'Day (UTC) on which the conversations began.';
COMMENT ON COLUMN transcripts.response_times.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.response_times.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.response_times.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.response_times.flow_sid IS 'The first Studio flow (FW) that ran in them. Null: none is known.';
COMMENT ON COLUMN transcripts.response_times.answered_count IS 'Conversations whose first customer message was answered, by a flow, an agent or a system.';
COMMENT ON COLUMN transcripts.response_times.waiting_count IS 'Conversations in which a customer wrote and nobody has answered.';
COMMENT ON COLUMN transcripts.response_times.median_first_response_seconds IS 'Median of conversations.first_response_seconds, in seconds. Null: none was answered.';
COMMENT ON COLUMN transcripts.response_times.p90_first_response_seconds IS 'Nine of ten were answered within so many seconds. Null: none was answered.';
COMMENT ON COLUMN transcripts.response_times.resolved_count IS 'Conversations that are closed.';
COMMENT ON COLUMN transcripts.response_times.median_resolution_seconds IS 'Median from the conversation''s begin to its close, in seconds. Null: none is closed.';
COMMENT ON COLUMN transcripts.response_times.p90_resolution_seconds IS 'Nine of ten were closed within so many seconds. Null: none is closed.';

CREATE VIEW transcripts.completeness_daily AS
SELECT
    d.day,
    d.account_sid,
    d.our_address,
    d.channel,
    sum(d.conversation_count) AS conversation_count,
    sum(d.complete_count) AS complete_count,
    sum(d.reconciling_count) AS reconciling_count,
    sum(d.gap_count) AS gap_count,
    sum(d.unverified_count) AS unverified_count,
    sum(d.missing_message_count) AS missing_message_count,
    sum(d.repaired_message_count) AS repaired_message_count,
    sum(d.silent_message_count) AS silent_message_count,
    round(sum(d.complete_count)::numeric / sum(d.conversation_count), 4) AS complete_share
FROM store.conversation_days d
GROUP BY d.day, d.account_sid, d.our_address, d.channel;

COMMENT ON VIEW transcripts.completeness_daily IS 'One row per day, account, number and channel: how far the conversations that began that day can be trusted.';
COMMENT ON COLUMN transcripts.completeness_daily.day IS 'Day (UTC) on which they began.';
COMMENT ON COLUMN transcripts.completeness_daily.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.completeness_daily.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.completeness_daily.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.completeness_daily.conversation_count IS 'Conversations.';
COMMENT ON COLUMN transcripts.completeness_daily.complete_count IS 'Of these, with verdict complete.';
COMMENT ON COLUMN transcripts.completeness_daily.reconciling_count IS 'Of these, with verdict reconciling.';
COMMENT ON COLUMN transcripts.completeness_daily.gap_count IS 'Of these, with verdict gap.';
COMMENT ON COLUMN transcripts.completeness_daily.unverified_count IS 'Of these, with verdict unverified.';
COMMENT ON COLUMN transcripts.completeness_daily.missing_message_count IS 'Messages that must exist and are not here.';
COMMENT ON COLUMN transcripts.completeness_daily.repaired_message_count IS 'Messages whose webhook should have come and did not, found by asking Twilio.';
COMMENT ON COLUMN transcripts.completeness_daily.silent_message_count IS 'Messages that had no webhook by design, found by asking Twilio.';
COMMENT ON COLUMN transcripts.completeness_daily.complete_share IS 'complete_count of conversation_count, 0 to 1. Never null.';

CREATE VIEW transcripts.messages_hourly AS
SELECT h.hour_at, h.account_sid, h.our_address, h.channel, h.author_kind, h.message_count
FROM store.message_hours h;

COMMENT ON VIEW transcripts.messages_hourly IS 'One row per hour, account, number, channel and kind of author: messages sent.';
COMMENT ON COLUMN transcripts.messages_hourly.hour_at IS 'Begin of the hour; the hour of the day in your zone is extract(hour FROM hour_at AT TIME ZONE ''Europe/Berlin'').';
COMMENT ON COLUMN transcripts.messages_hourly.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.messages_hourly.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.messages_hourly.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.messages_hourly.author_kind IS 'customer, agent, flow or system.';
COMMENT ON COLUMN transcripts.messages_hourly.message_count IS 'Messages; stubs not counted.';

CREATE VIEW transcripts.delivery_funnel AS
SELECT
    d.day,
    d.account_sid,
    d.our_address,
    d.channel,
    sum(d.delivery_count) AS delivery_count,
    coalesce(sum(d.delivery_count) FILTER (WHERE store.status_rank(d.status) >= 4 AND d.status <> 'canceled'), 0) AS sent_count,
    coalesce(sum(d.delivery_count) FILTER (WHERE d.status IN ('delivered', 'read')), 0) AS delivered_count,
    coalesce(sum(d.delivery_count) FILTER (WHERE d.status = 'read'), 0) AS read_count,
    coalesce(sum(d.delivery_count) FILTER (WHERE d.status IN ('failed', 'undelivered')), 0) AS failed_count,
    coalesce(sum(d.delivery_count) FILTER (WHERE d.status = 'canceled'), 0) AS canceled_count,
    coalesce(sum(d.delivery_count) FILTER (WHERE store.status_rank(d.status) < 5), 0) AS open_count
FROM store.delivery_days d
GROUP BY d.day, d.account_sid, d.our_address, d.channel;

COMMENT ON VIEW transcripts.delivery_funnel IS 'One row per day, account, number and channel: how far messages to customers came. A delivery counts at every step up to the furthest that was told.';
COMMENT ON COLUMN transcripts.delivery_funnel.day IS 'Day (UTC) on which we first heard of the delivery.';
COMMENT ON COLUMN transcripts.delivery_funnel.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.delivery_funnel.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.delivery_funnel.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.delivery_funnel.delivery_count IS 'Deliveries, whatever became of them.';
COMMENT ON COLUMN transcripts.delivery_funnel.sent_count IS 'Of these, handed to the carrier: sent, delivered, read, and those that failed.';
COMMENT ON COLUMN transcripts.delivery_funnel.delivered_count IS 'Of these, delivered or read.';
COMMENT ON COLUMN transcripts.delivery_funnel.read_count IS 'Of these, read. Few channels tell.';
COMMENT ON COLUMN transcripts.delivery_funnel.failed_count IS 'Deliveries that ended as failed or undelivered.';
COMMENT ON COLUMN transcripts.delivery_funnel.canceled_count IS 'Deliveries that were canceled.';
COMMENT ON COLUMN transcripts.delivery_funnel.open_count IS 'Deliveries of which no end was told: many carriers never tell.';

CREATE VIEW transcripts.delivery_failures AS
SELECT
    d.day,
    d.account_sid,
    d.our_address,
    d.channel,
    d.status,
    d.error_code,
    e.meaning,
    e.advice,
    d.delivery_count AS failed_count
FROM store.delivery_days d
LEFT JOIN store.error_codes e ON e.error_code = d.error_code AND e.language = 'en'
WHERE d.status IN ('failed', 'undelivered');

COMMENT ON VIEW transcripts.delivery_failures IS 'One row per day, account, number, channel, status and error code: why messages did not arrive.';
COMMENT ON COLUMN transcripts.delivery_failures.day IS 'Day (UTC) on which we first heard of the delivery.';
COMMENT ON COLUMN transcripts.delivery_failures.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.delivery_failures.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.delivery_failures.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.delivery_failures.status IS 'failed (Twilio or the channel refused) or undelivered (the carrier did).';
COMMENT ON COLUMN transcripts.delivery_failures.error_code IS 'First error code of the delivery. Null: none was told.';
COMMENT ON COLUMN transcripts.delivery_failures.meaning IS 'The code in plain words. Null: no code, or one without words here.';
COMMENT ON COLUMN transcripts.delivery_failures.advice IS 'What can be done. Null likewise.';
COMMENT ON COLUMN transcripts.delivery_failures.failed_count IS 'Deliveries.';

CREATE VIEW transcripts.flow_outcomes AS
SELECT
    d.day, d.account_sid, d.our_address, d.flow_sid, d.is_ended, d.ended_reason, d.execution_count, d.handed_over_count,
    d.duration_p50 AS median_duration_seconds
FROM store.flow_days d;

COMMENT ON VIEW transcripts.flow_outcomes IS 'One row per day, account, number, flow and how it ended: executions.';
COMMENT ON COLUMN transcripts.flow_outcomes.day IS 'Day (UTC) on which the executions began, or were first heard of.';
COMMENT ON COLUMN transcripts.flow_outcomes.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.flow_outcomes.our_address IS 'Our number or sender in their conversations. Null: not told.';
COMMENT ON COLUMN transcripts.flow_outcomes.flow_sid IS 'Studio flow (FW). Null: not told.';
COMMENT ON COLUMN transcripts.flow_outcomes.is_ended IS 'Whether their end was told.';
COMMENT ON COLUMN transcripts.flow_outcomes.ended_reason IS 'Why they ended, in the words of the flow''s author or of Studio. Null: not told, or not ended.';
COMMENT ON COLUMN transcripts.flow_outcomes.execution_count IS 'Executions.';
COMMENT ON COLUMN transcripts.flow_outcomes.handed_over_count IS 'Of these, with a transcript that was handed to people.';
COMMENT ON COLUMN transcripts.flow_outcomes.median_duration_seconds IS 'Median from begin to end, in seconds. Null: begins or ends were not told.';

CREATE VIEW transcripts.flow_steps AS
SELECT
    d.day,
    d.account_sid,
    d.our_address,
    d.flow_sid,
    d.step,
    d.reached_count,
    d.execution_count,
    d.execution_count - d.reached_count AS dropped_count
FROM store.flow_step_days d;

COMMENT ON VIEW transcripts.flow_steps IS 'One row per day, account, number, flow and step: how many customers answered it. What they answered is in flow_executions.answers.';
COMMENT ON COLUMN transcripts.flow_steps.day IS 'Day (UTC) on which the executions began, or were first heard of.';
COMMENT ON COLUMN transcripts.flow_steps.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.flow_steps.our_address IS 'Our number or sender in their conversations. Null: not told.';
COMMENT ON COLUMN transcripts.flow_steps.flow_sid IS 'Studio flow (FW). Null: not told.';
COMMENT ON COLUMN transcripts.flow_steps.step IS 'Name of an answer, as the flow''s author chose it.';
COMMENT ON COLUMN transcripts.flow_steps.reached_count IS 'Executions with an answer to it.';
COMMENT ON COLUMN transcripts.flow_steps.execution_count IS 'Executions of that day, number and flow that told any answers.';
COMMENT ON COLUMN transcripts.flow_steps.dropped_count IS 'Those that have none to this step.';

CREATE VIEW transcripts.returning_customers AS
SELECT
    c.conversation_sid,
    c.account_sid,
    c.customer_addresses[1] AS customer_address,
    c.our_address,
    c.channel,
    coalesce(c.started_at, c.first_received_at) AS started_at,
    row_number() OVER visits AS visit,
    lag(c.conversation_sid) OVER visits AS previous_conversation_sid,
    extract(
        epoch FROM coalesce(c.started_at, c.first_received_at) - lag(coalesce(c.last_message_at, c.started_at, c.first_received_at)) OVER visits
    ) / 86400 AS days_since_previous
FROM store.conversations c
WHERE cardinality(c.customer_addresses) = 1
WINDOW visits AS (
    PARTITION BY c.account_sid, c.customer_addresses[1]
    ORDER BY coalesce(c.started_at, c.first_received_at), c.conversation_sid
);

COMMENT ON VIEW transcripts.returning_customers IS 'One row per conversation with one customer address: the how manieth of that customer it is. Filtered by customer_address it is fast; without, it reads every conversation.';
COMMENT ON COLUMN transcripts.returning_customers.conversation_sid IS 'Conversation (CH).';
COMMENT ON COLUMN transcripts.returning_customers.account_sid IS 'Twilio account (AC).';
COMMENT ON COLUMN transcripts.returning_customers.customer_address IS 'The customer''s address. Never null.';
COMMENT ON COLUMN transcripts.returning_customers.our_address IS 'Our number or sender. Null: not told.';
COMMENT ON COLUMN transcripts.returning_customers.channel IS 'sms, mms, group_mms, whatsapp, messenger, rcs, chat, email or other.';
COMMENT ON COLUMN transcripts.returning_customers.started_at IS 'When it began, by Twilio''s time or ours.';
COMMENT ON COLUMN transcripts.returning_customers.visit IS '1 for the customer''s first conversation in this account, 2 for the next.';
COMMENT ON COLUMN transcripts.returning_customers.previous_conversation_sid IS 'The one before. Null for the first.';
COMMENT ON COLUMN transcripts.returning_customers.days_since_previous IS 'Days from the last message of the one before to the begin of this one; negative where they overlap. Null for the first.';

CREATE VIEW transcripts.answers_freshness AS
SELECT
    (SELECT count(*) FROM store.days_due) AS waiting_days,
    c.counted_at,
    coalesce(extract(epoch FROM greatest(now() - least(w.noted_at, d.noted_at), interval '0')), 0) AS lag_seconds
FROM store.days_counted c
CROSS JOIN (SELECT min(noted_at) AS noted_at FROM store.day_changes) w
CROSS JOIN (SELECT min(noted_at) AS noted_at FROM store.days_due) d;

COMMENT ON VIEW transcripts.answers_freshness IS 'One row: how far the views by day and hour (conversations_daily, response_times, completeness_daily, messages_hourly, delivery_funnel, delivery_failures, flow_outcomes, flow_steps) are behind the rows. Of all accounts, since they are counted together.';
COMMENT ON COLUMN transcripts.answers_freshness.waiting_days IS 'Days that are to be counted anew.';
COMMENT ON COLUMN transcripts.answers_freshness.counted_at IS 'When everything that was due had been counted.';
COMMENT ON COLUMN transcripts.answers_freshness.lag_seconds IS 'Seconds since the oldest change that is not counted. 0: none. Some 40 are usual, since a verdict is waited for.';

-- Rights. A day's counts show no person; who may see them depends on account and number all the same.
REVOKE ALL ON FUNCTION store.note_days_due(integer), store.count_days_due(integer), store.count_day(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION store.note_days_due(integer), store.count_days_due(integer), store.count_day(date)
    TO transcripts_archiver;
GRANT SELECT, INSERT, DELETE ON store.day_changes TO transcripts_archiver;
GRANT SELECT, INSERT, UPDATE, DELETE ON store.days_due TO transcripts_archiver;
GRANT SELECT, UPDATE ON store.days_counted TO transcripts_archiver;
GRANT SELECT ON store.days_due, store.day_changes, store.days_counted TO transcripts_reader;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['conversation_days', 'message_hours', 'delivery_days', 'flow_days', 'flow_step_days'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, DELETE ON store.%I TO transcripts_archiver', name);
        EXECUTE format('GRANT SELECT ON store.%I TO transcripts_reader', name);
        EXECUTE format('ALTER TABLE store.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY writers ON store.%I TO transcripts_archiver USING (true) WITH CHECK (true)', name);
        EXECUTE format(
            $policy$
            CREATE POLICY readers ON store.%I TO transcripts_reader USING (
                (SELECT store.sees_everything())
                OR account_sid = ANY ((SELECT store.whole_accounts())::text[])
                OR account_sid || ' ' || our_address = ANY ((SELECT store.visible_numbers())::text[])
            )
            $policy$,
            name
        );
    END LOOP;
    FOREACH name IN ARRAY ARRAY['conversations_daily', 'response_times', 'completeness_daily', 'messages_hourly', 'delivery_funnel',
                                'delivery_failures', 'flow_outcomes', 'flow_steps', 'returning_customers', 'answers_freshness']
    LOOP
        EXECUTE format('ALTER VIEW transcripts.%I OWNER TO transcripts_reader', name);
        EXECUTE format('GRANT SELECT ON transcripts.%I TO transcripts_archiver, transcripts_analyst, transcripts_auditor', name);
    END LOOP;
END
$$;

package org.transcriptpipeline.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.reading.ConversationFilter;
import org.transcriptpipeline.archive.reading.Conversations;
import org.transcriptpipeline.archive.reading.Overviews;
import org.transcriptpipeline.archive.reading.TranscriptWindows;
import org.transcriptpipeline.database.DatabaseRoles;

/// How fast a large store answers, and takes in more. Not a test: run by hand, see docs/size.md. Drains events into an
/// empty store, fills it with generated conversations, asks what analysts ask, and drains as many events again, in one
/// run; prints a report in Markdown.
///
/// Arguments: conversations (1 000 000, with ten messages each), events to drain (200 000).
public final class SizeMeasurement {

    private static final int PORTION = 20_000;
    private static final int WRITERS = 2;
    private static final int TIMES = 15;
    private static final String LONG = "CH" + "e".repeat(32);

    /// How a page or a tool asks, with what it may take in milliseconds. `%1$d` is another number each time, `%2$d` the
    /// number of customers.
    private record Question(String name, String sql, long limitMillis) {}

    private static final List<Question> QUESTIONS = List.of(
            new Question("a transcript by SID", "SELECT * FROM transcripts.transcript('CH' || md5('size %1$d'))", 5),
            new Question(
                    "the last 50 conversations",
                    "SELECT * FROM transcripts.conversations ORDER BY last_message_at DESC NULLS LAST LIMIT 50",
                    20),
            new Question(
                    "the last 50 conversations with a failure",
                    "SELECT * FROM transcripts.conversations WHERE failed_count > 0 ORDER BY last_message_at DESC NULLS LAST LIMIT 50",
                    20),
            new Question(
                    "conversations of one customer",
                    "SELECT * FROM transcripts.returning_customers WHERE customer_address = '+1415' || to_char(abs(hashint4(%1$d)) %% %2$d, 'FM0000000')",
                    20),
            new Question(
                    "search: one rare number",
                    "SELECT * FROM transcripts.search('order ' || %1$d * 400 + (10 - %1$d %% 10) %% 10)",
                    200),
            new Question("search: two words", "SELECT * FROM transcripts.search('refund invoice')", 200),
            new Question("search: a phrase", "SELECT * FROM transcripts.search('\"order delivery\"')", 200),
            new Question("search: a word in a third of all", "SELECT * FROM transcripts.search('order')", 200),
            new Question(
                    "search: a frequent word of one customer",
                    "SELECT * FROM transcripts.search('the', of_address => '+1415' || to_char(abs(hashint4(%1$d)) %% %2$d, 'FM0000000'))",
                    200),
            new Question(
                    "conversations_daily, all",
                    "SELECT day, sum(conversation_count), sum(message_count) FROM transcripts.conversations_daily GROUP BY day ORDER BY day",
                    2000),
            new Question(
                    "conversations_daily, a month by flow and number",
                    "SELECT day, flow_sid, our_address, sum(conversation_count) FROM transcripts.conversations_daily WHERE day > current_date - 30 GROUP BY 1, 2, 3",
                    2000),
            new Question("response_times, all", "SELECT * FROM transcripts.response_times", 2000),
            new Question("completeness_daily, all", "SELECT * FROM transcripts.completeness_daily", 2000),
            new Question(
                    "messages_hourly, by hour of the day, all",
                    "SELECT extract(hour FROM hour_at AT TIME ZONE 'Europe/Berlin'), sum(message_count) FROM transcripts.messages_hourly GROUP BY 1 ORDER BY 1",
                    2000),
            new Question("delivery_funnel, all", "SELECT * FROM transcripts.delivery_funnel", 2000),
            new Question(
                    "delivery_failures, by code, all",
                    "SELECT error_code, meaning, sum(failed_count) FROM transcripts.delivery_failures GROUP BY 1, 2 ORDER BY 3 DESC",
                    2000),
            new Question(
                    "flow_outcomes, all",
                    "SELECT flow_sid, ended_reason, sum(execution_count) FROM transcripts.flow_outcomes GROUP BY 1, 2",
                    2000),
            new Question(
                    "flow_steps, all",
                    "SELECT flow_sid, step, sum(reached_count) FROM transcripts.flow_steps GROUP BY 1, 2",
                    2000),
            new Question(
                    "customers who came back, all",
                    "SELECT visit, count(*) FROM transcripts.returning_customers GROUP BY 1 ORDER BY 1",
                    5000)); // reads every conversation

    private final JdbcTemplate superuser = TestDatabase.superuser();
    private final int conversations;
    private boolean isWell = true;

    private SizeMeasurement(int conversations) {
        this.conversations = conversations;
    }

    public static void main(String[] arguments) throws Exception {
        int conversations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int events = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200_000;
        TestDatabase.clear();
        DrainMeasurement.measure(events / 4); // the broker, this process and the disk are cold
        double empty = DrainMeasurement.measure(events);
        var measurement = new SizeMeasurement(conversations);
        measurement.generate();
        measurement.countDays();
        measurement.ask();
        measurement.look();
        double full = DrainMeasurement.measure(events);
        System.out.printf(
                "%nDrained on the empty store %.0f events a second, on the full one %.0f: %.2f%n",
                empty, full, full / empty);
        boolean isWell = measurement.isWell && full / empty >= 0.8;
        System.out.println(isWell ? "as it should be" : "NOT as it should be");
        System.exit(isWell ? 0 : 1);
    }

    private void generate() throws Exception {
        long start = System.nanoTime();
        superuser.execute("DROP SCHEMA IF EXISTS size CASCADE");
        superuser.execute(resource("/size/shape.sql").replace(":conversations", Integer.toString(conversations)));
        superuser.execute("VACUUM ANALYZE size.texts");
        superuser.execute("VACUUM ANALYZE size.conversations");
        superuser.execute("GRANT USAGE ON SCHEMA size TO transcripts_analyst");
        superuser.execute("GRANT SELECT ON size.conversations TO transcripts_analyst");
        var shaped = System.nanoTime();
        var indexes = withoutIndexes();
        var rows = resource("/size/rows.sql");
        inParallel(IntStream.iterate(1, first -> first <= conversations, first -> first + PORTION)
                .mapToObj(first -> rows.replace(":first", Integer.toString(first))
                        .replace(":last", Integer.toString(Math.min(first + PORTION - 1, conversations))))
                .toList());
        var written = System.nanoTime();
        inParallel(indexes);
        superuser.execute("VACUUM ANALYZE");
        System.out.printf(
                "%nGenerated in %d s: shape %d s, rows %d s, indexes and statistics %d s%n",
                seconds(start, System.nanoTime()),
                seconds(start, shaped),
                seconds(shaped, written),
                seconds(written, System.nanoTime()));
        System.out.println(superuser.queryForMap("""
                SELECT
                    (SELECT count(*) FROM store.conversations) AS conversations,
                    (SELECT count(*) FROM store.messages) AS messages,
                    (SELECT count(*) FROM store.deliveries) AS deliveries,
                    pg_size_pretty(pg_database_size(current_database())) AS database
                """));
        superuser.queryForList("""
                        SELECT
                            c.relname AS name,
                            pg_size_pretty(pg_relation_size(c.oid)) AS rows,
                            pg_size_pretty(pg_indexes_size(c.oid)) AS indexes
                        FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = 'store' AND c.relkind = 'r' AND pg_total_relation_size(c.oid) > 50e6
                        ORDER BY pg_total_relation_size(c.oid) DESC
                        """).forEach(System.out::println);
    }

    /// Takes the indexes of the large tables away, as anybody would who loads that much.
    ///
    /// @return statements that make them again
    private List<String> withoutIndexes() {
        Map<String, String> dropAndMake = new LinkedHashMap<>();
        superuser.query("""
                SELECT
                    coalesce(
                        'ALTER TABLE ' || i.indrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(k.conname),
                        'DROP INDEX ' || i.indexrelid::regclass
                    ) AS drop,
                    coalesce(
                        'ALTER TABLE ' || i.indrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' '
                            || pg_get_constraintdef(k.oid),
                        pg_get_indexdef(i.indexrelid)
                    ) AS make
                FROM pg_index i
                LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
                WHERE i.indrelid IN (
                    'store.conversations'::regclass, 'store.messages'::regclass, 'store.deliveries'::regclass,
                    'store.delivery_events'::regclass, 'store.participants'::regclass, 'store.flow_executions'::regclass,
                    'store.message_search'::regclass
                )
                """, row -> {
            dropAndMake.put(row.getString("drop"), row.getString("make"));
        });
        dropAndMake.keySet().forEach(superuser::execute);
        // one of them, of a column without a primary key, is looked up while rows are made
        superuser.execute("CREATE INDEX size_deliveries ON store.deliveries (conversation_sid)");
        var make = new ArrayList<>(dropAndMake.values());
        make.add("DROP INDEX store.size_deliveries");
        return make;
    }

    private void inParallel(List<String> statements) throws Exception {
        try (var writers = Executors.newFixedThreadPool(WRITERS)) {
            var work = statements.stream()
                    .<Callable<Void>>map(statement -> () -> {
                        var source = new SingleConnectionDataSource(
                                TestDatabase.jdbcUrl(TestDatabase.DATABASE), "postgres", "", true);
                        try {
                            var session = new JdbcTemplate(source);
                            session.execute("SET maintenance_work_mem = '1GB'");
                            session.execute("SET work_mem = '256MB'");
                            session.execute("SET synchronous_commit = off");
                            session.execute(statement);
                        } finally {
                            source.destroy();
                        }
                        return null;
                    })
                    .toList();
            for (var done : writers.invokeAll(work)) {
                done.get();
            }
        }
    }

    /// As the archiver does it, of all days.
    private void countDays() {
        superuser.execute("""
                INSERT INTO store.days_due (day, noted_at)
                SELECT DISTINCT (started_at AT TIME ZONE 'UTC')::date, now()
                FROM size.conversations
                ON CONFLICT DO NOTHING
                """);
        superuser.execute("DELETE FROM store.day_changes");
        long start = System.nanoTime();
        var archiver = session(DatabaseRoles.ARCHIVER);
        int days = 0;
        Integer counted;
        do {
            counted = archiver.queryForObject("SELECT store.count_days_due(7)", Integer.class);
            days += counted == null ? 0 : counted;
        } while (counted != null && counted > 0);
        superuser.execute("VACUUM ANALYZE");
        System.out.printf("%nCounted %d days in %d s%n", days, seconds(start, System.nanoTime()));
    }

    private void ask() {
        var analyst = session(DatabaseRoles.ANALYST);
        var plans = new StringBuilder();
        System.out.printf("%n| question | rows | ms median | ms worst | limit |%n| --- | --- | --- | --- | --- |%n");
        for (var question : QUESTIONS) {
            var millis = new double[TIMES];
            int rows = 0;
            for (int i = -1; i < TIMES; i++) { // the first one fills the caches
                var sql = numbered(question, i + 1);
                long start = System.nanoTime();
                rows = Math.max(rows, analyst.queryForList(sql).size());
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - start) / 1e6;
                }
            }
            Arrays.sort(millis);
            isWell &= millis[TIMES / 2] <= question.limitMillis();
            System.out.printf(
                    "| %s | %d | %.1f | %.1f | %d |%n",
                    question.name(), rows, millis[TIMES / 2], millis[TIMES - 1], question.limitMillis());
            plans.append("\n").append(question.name()).append("\n\n");
            superuser
                    .queryForList(
                            "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) " + numbered(question, 3), String.class)
                    .forEach(line -> plans.append("    ").append(line).append('\n'));
        }
        System.out.println(plans);
    }

    /// What the console's pages ask, by the classes that they ask with, and how long it takes within the archiver.
    private void look() {
        addALongOne();
        var reader = new Reader("measurement", null, Reader.Via.CONSOLE);
        System.out.printf("%n| page | rows | ms median | ms worst | limit |%n| --- | --- | --- | --- | --- |%n");
        try (var archiver = new RunningArchiver()) {
            var lists = archiver.bean(Conversations.class);
            var transcripts = archiver.bean(TranscriptWindows.class);
            var customer =
                    superuser.queryForObject("SELECT min(customer_address) FROM size.conversations", String.class);
            Map<String, ConversationFilter> filters = new LinkedHashMap<>();
            filters.put("the list", ConversationFilter.NONE);
            filters.put("the list, closed", filter("closed", null, false, null, null));
            filters.put("the list, with a failure", filter(null, null, true, null, null));
            filters.put("the list, with a gap", filter(null, "gap", false, null, null));
            filters.put("the list, one customer", filter(null, null, false, customer, null));
            filters.put("the list, two words", filter(null, null, false, null, "refund invoice"));
            filters.forEach((name, filter) -> time(
                    name,
                    100,
                    () -> lists.page(reader, filter, null, 50).conversations().size()));
            var deep = lists.page(reader, ConversationFilter.NONE, null, 200).next();
            time(
                    "the list, further down",
                    100,
                    () -> lists.page(reader, ConversationFilter.NONE, deep, 50)
                            .conversations()
                            .size());
            time(
                    "a transcript of 5 000, its last 100",
                    100,
                    () -> transcripts
                            .read(reader, LONG, new TranscriptWindows.Newest(), 100)
                            .map(seen -> seen.window().messages().size())
                            .orElse(0));
            time(
                    "a transcript of 5 000, 100 in its middle",
                    100,
                    () -> transcripts
                            .read(reader, LONG, new TranscriptWindows.Before(2_500), 100)
                            .map(seen -> seen.window().messages().size())
                            .orElse(0));
            var overviews = archiver.bean(Overviews.class);
            var today = LocalDate.now(ZoneOffset.UTC);
            time(
                    "the overview, 30 days",
                    200,
                    () -> overviews
                            .of(reader, today.minusDays(29), today)
                            .days()
                            .size());
        }
    }

    private static ConversationFilter filter(
            @Nullable String state,
            @Nullable String verdict,
            boolean isFailed,
            @Nullable String customer,
            @Nullable String text) {
        return new ConversationFilter(state, verdict, null, null, null, isFailed, false, null, null, customer, text);
    }

    private void time(String name, long limitMillis, IntSupplier page) {
        var millis = new double[TIMES];
        int rows = 0;
        for (int i = -1; i < TIMES; i++) { // the first one fills the caches
            long start = System.nanoTime();
            rows = Math.max(rows, page.getAsInt());
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        isWell &= rows > 0 && millis[TIMES / 2] <= limitMillis;
        System.out.printf(
                "| %s | %d | %.1f | %.1f | %d |%n", name, rows, millis[TIMES / 2], millis[TIMES - 1], limitMillis);
    }

    /// One conversation that is much longer than the others, and lacks a message.
    private void addALongOne() {
        superuser.update("""
                INSERT INTO store.conversations (
                    conversation_sid, account_sid, state, started_at, first_received_at, sources, versions, channel,
                    last_message_at, message_count, highest_index, missing_count, missing_since
                )
                SELECT ?, min(c.account_sid), 'active', now(), now(), '{webhook}', '\\x', 'sms', now(), 5000, 4999, 1,
                    now() - interval '1 hour'
                FROM size.conversations c
                """, LONG);
        superuser.update("""
                INSERT INTO store.messages (
                    message_sid, conversation_sid, account_sid, index, author, body, sent_at, first_received_at, sources,
                    versions, is_stub, is_announced, author_kind
                )
                SELECT
                    'IM' || md5('long ' || i), ?, c.account_sid, i, 'somebody', 'line ' || i, now(), now(), '{webhook}', '\\x',
                    false, true, 'customer'
                FROM generate_series(0, 4999) i
                CROSS JOIN (SELECT min(account_sid) AS account_sid FROM size.conversations) c
                """, LONG);
    }

    private String numbered(Question question, int time) {
        return question.sql().contains("%1$d")
                ? question.sql().formatted(1 + (int) ((long) time * 7_919_003 % conversations), conversations / 3)
                : question.sql();
    }

    /// A session with a plan for each statement, as the services and most tools have it.
    private static JdbcTemplate session(String role) {
        return new JdbcTemplate(new SingleConnectionDataSource(
                TestDatabase.jdbcUrl(TestDatabase.DATABASE), role, TestDatabase.PASSWORD, true));
    }

    private static String resource(String name) throws IOException {
        try (var in = SizeMeasurement.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static long seconds(long from, long to) {
        return (to - from) / 1_000_000_000;
    }
}

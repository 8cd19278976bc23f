package org.transcriptpipeline.archive.search;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.CatchingUp;
import org.transcriptpipeline.archive.OneAtATime;
import org.transcriptpipeline.archive.OneAtATime.Work;
import org.transcriptpipeline.archive.ScheduledRound;

/// Reads what the merge noted as changed, and writes the words of these messages to the search table. A change that is
/// done is deleted in the same transaction, so one that was interrupted is done again.
///
/// While the merge catches up only a round now and then is done, so that nothing waits for ever: rows come first, and
/// to find out the language of a message costs more than all else that is done with it.
///
/// One archiver at a time: of two that read a message at different times, the one with the older
/// text could write last.
@Component
class SearchIndexer {

    private static final int MESSAGES_AT_ONCE = 2_000;

    /// Between two rounds while the merge catches up.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// A vector holds at most 1 MB of words; who searches a text of a book finds it by its first chapters.
    private static final int LONGEST_TEXT = 200_000;

    private final JdbcTemplate jdbc;
    private final OneAtATime oneAtATime;
    private final CatchingUp catchingUp;
    private final SearchProperties properties;
    private final Counter indexed;
    private @Nullable TextLanguage language;
    private long lastRound = System.nanoTime(); // of the one thread that indexes
    private volatile double lagSeconds = Double.NaN;

    SearchIndexer(
            JdbcTemplate jdbc,
            OneAtATime oneAtATime,
            CatchingUp catchingUp,
            SearchProperties properties,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.oneAtATime = oneAtATime;
        this.catchingUp = catchingUp;
        this.properties = properties;
        this.indexed = Counter.builder("transcripts_search_messages")
                .description("Messages whose words were written to the search table, or taken out of it")
                .register(meters);
        Gauge.builder("transcripts_search_lag", this, indexer -> indexer.lagSeconds)
                .description("How long the oldest change waits to be searchable; 0: nothing waits")
                .baseUnit("seconds")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "${transcripts.search.check-interval:1s}")
    void index() {
        ScheduledRound.run("index texts", () -> {
            if (properties.enabled()) {
                while (isTime() && Boolean.TRUE.equals(oneAtATime.inTurn(Work.SEARCH, this::round))) {
                    lastRound = System.nanoTime();
                }
            }
            var lag = jdbc.queryForObject("SELECT lag_seconds FROM transcripts.search_freshness", Double.class);
            lagSeconds = lag == null ? Double.NaN : lag;
        });
    }

    private boolean isTime() {
        return !catchingUp.isGoingOn() || System.nanoTime() - lastRound > LONGEST_PAUSE.toNanos();
    }

    /// @return whether something was done
    private boolean round() {
        // By the order in which they were noted, up to so many messages, but one change at least.
        var messages = jdbc.queryForList("""
                WITH due AS (
                    SELECT
                        c.change_id,
                        sum(cardinality(c.message_sids)) OVER (ORDER BY c.change_id) - cardinality(c.message_sids) AS before
                    FROM (SELECT * FROM store.search_changes ORDER BY change_id LIMIT ?) c
                ),
                done AS (
                    DELETE FROM store.search_changes c
                    USING due d
                    WHERE c.change_id = d.change_id AND d.before < ?
                    RETURNING c.message_sids
                )
                SELECT DISTINCT m.message_sid
                FROM done d
                CROSS JOIN unnest(d.message_sids) AS m (message_sid)
                ORDER BY m.message_sid
                """, String.class, MESSAGES_AT_ONCE, MESSAGES_AT_ONCE);
        if (messages.isEmpty()) {
            return false;
        }
        // After the changes were read: it sees at least the text that each of them is about.
        List<String> gone = new ArrayList<>();
        Map<String, String> texts = new LinkedHashMap<>();
        jdbc.query(
                """
                SELECT
                    s.message_sid,
                    CASE WHEN m.removed_at IS NULL THEN nullif(left(m.body, ?), '') END AS body
                FROM unnest(?::text[]) AS s (message_sid)
                LEFT JOIN store.messages m ON m.message_sid = s.message_sid
                """,
                row -> {
                    var body = row.getString("body");
                    if (body == null) {
                        gone.add(row.getString("message_sid"));
                    } else {
                        texts.put(row.getString("message_sid"), body);
                    }
                },
                LONGEST_TEXT,
                messages.toArray(String[]::new));
        if (!gone.isEmpty()) {
            jdbc.update("DELETE FROM store.message_search WHERE message_sid = ANY (?)", (Object)
                    gone.toArray(String[]::new));
        }
        if (!texts.isEmpty()) {
            write(texts);
        }
        indexed.increment(messages.size());
        return true;
    }

    /// Words as they are written beside their stems: who looks for `Rechnungen` finds both, whatever language the
    /// query is taken for.
    private void write(Map<String, String> texts) {
        var languages = texts.values().stream().map(language()::of).toArray(String[]::new);
        jdbc.update("""
                INSERT INTO store.message_search AS s (message_sid, conversation_sid, account_sid, sent_at, language, document)
                SELECT
                    m.message_sid,
                    m.conversation_sid,
                    m.account_sid,
                    coalesce(m.sent_at, m.first_received_at),
                    t.language,
                    to_tsvector('simple', left(m.body, ?))
                        || CASE WHEN t.language = 'simple' THEN '' ELSE to_tsvector(t.language::regconfig, left(m.body, ?)) END
                FROM unnest(?::text[], ?::text[]) AS t (message_sid, language)
                JOIN store.messages m ON m.message_sid = t.message_sid
                WHERE m.body IS NOT NULL AND m.removed_at IS NULL
                ON CONFLICT (message_sid) DO UPDATE
                SET
                    conversation_sid = excluded.conversation_sid,
                    account_sid = excluded.account_sid,
                    sent_at = excluded.sent_at,
                    language = excluded.language,
                    document = excluded.document
                WHERE (s.conversation_sid, s.account_sid, s.sent_at, s.language, s.document)
                    IS DISTINCT FROM
                    (excluded.conversation_sid, excluded.account_sid, excluded.sent_at, excluded.language, excluded.document)
                """, LONGEST_TEXT, LONGEST_TEXT, texts.keySet().toArray(String[]::new), languages);
        jdbc.update("""
                INSERT INTO store.search_languages (language)
                SELECT DISTINCT unnest(?::text[])
                ON CONFLICT (language) DO NOTHING
                """, (Object) languages);
    }

    /// Not before it is needed: where nothing is searched, the model takes no room.
    private TextLanguage language() {
        var known = language;
        if (known == null) {
            known = TextLanguage.load();
            language = known;
        }
        return known;
    }
}

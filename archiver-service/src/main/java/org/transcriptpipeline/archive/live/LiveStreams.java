package org.transcriptpipeline.archive.live;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.transcriptpipeline.archive.access.Reader;
import org.transcriptpipeline.archive.access.TeamTransactions;

/// The open pages of this archiver, and who of them has to look again. A list has to when a conversation has changed
/// that its reader's team sees, which the database is asked once for all lists of a team.
@Component
public class LiveStreams implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LiveStreams.class);

    static final int MOST = 500;
    static final int MOST_OF_ONE_READER = 20;

    /// Whoever is told looks again, so those who look must not cost more with each one who joins them: this many are
    /// told in a second, and not all at once. The more there are the longer each waits.
    private static final int TOLD_PER_SECOND = 10;

    private static final Duration SHORTEST_REST = Duration.ofMillis(500);

    private final ChangeListener listener;
    private final JdbcTemplate jdbc;
    private final TeamTransactions transactions;
    private final MeterRegistry meters;
    private final Set<LiveStream> open = ConcurrentHashMap.newKeySet();
    private boolean isListening; // guarded by this
    private volatile boolean isRunning;

    LiveStreams(DataSource dataSource, JdbcTemplate jdbc, TeamTransactions transactions, MeterRegistry meters) {
        this.listener = new ChangeListener(dataSource);
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.meters = meters;
        meters.gaugeCollectionSize("transcripts.console.live.streams", java.util.List.of(), open);
    }

    /// Opens one, which begins with a change: between the page and its stream something may have happened.
    ///
    /// @param conversationSid whose page it is, which the reader may see; null: a list
    /// @return null: there are too many, of this reader or of all, or the archiver stops
    public synchronized @Nullable LiveStream open(Reader reader, @Nullable String conversationSid) {
        var reason = refusal(reader);
        if (reason != null) {
            meters.counter("transcripts.console.live.refused", "reason", reason).increment();
            return null;
        }
        var slot = new LiveStream[1];
        var stream = new LiveStream(
                reader,
                conversationSid,
                LiveStream.Pace.USUAL,
                () -> rhythm(open.size(), ThreadLocalRandom.current().nextDouble()),
                () -> open.remove(Objects.requireNonNull(slot[0])));
        slot[0] = stream;
        open.add(stream);
        if (isListening) {
            stream.changed();
        } else {
            isListening = true;
            Thread.ofVirtual().name("live-changes").start(this::listen); // tells all when it hears
        }
        return stream;
    }

    /// A few are told at once, and at most twice a second. Of many each has its own, random time.
    ///
    /// @param open streams that share what this archiver gives to them
    /// @param random from 0 to 1
    static LiveStream.Rhythm rhythm(int open, double random) {
        var more = Duration.ofSeconds(open).dividedBy(TOLD_PER_SECOND).minus(SHORTEST_REST);
        return more.isNegative()
                ? new LiveStream.Rhythm(Duration.ZERO, SHORTEST_REST)
                : new LiveStream.Rhythm(
                        Duration.ofNanos((long) (random * more.toNanos())), SHORTEST_REST.plus(more.dividedBy(2)));
    }

    private @Nullable String refusal(Reader reader) {
        if (!isRunning) {
            return "stopping";
        }
        if (open.size() >= MOST) {
            return "all";
        }
        long own = open.stream()
                .filter(stream -> stream.reader().name().equals(reader.name()))
                .count();
        return own >= MOST_OF_ONE_READER ? "reader" : null;
    }

    private void listen() {
        try {
            listener.listenWhile(this::isWanted, this::tell);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("Open pages are not told of changes until another one is opened");
            stopListening();
        }
    }

    private synchronized void stopListening() {
        isListening = false;
    }

    /// A stream that is opened right after a no starts another listener.
    private synchronized boolean isWanted() {
        isListening = isRunning && !open.isEmpty();
        return isListening;
    }

    private void tell(Changes changes) {
        var isSeen = new HashMap<String, Boolean>();
        for (var stream : open) {
            var sid = stream.conversationSid();
            if (sid == null ? isSeen(changes, stream.reader(), isSeen) : changes.isOf(sid)) {
                stream.changed();
            }
        }
    }

    private boolean isSeen(Changes changes, Reader reader, Map<String, Boolean> byTeam) {
        var team = reader.team();
        return team == null || changes.isAny() || byTeam.computeIfAbsent(team, _ -> isSeen(changes, reader));
    }

    /// Who cannot be asked about is told: looking again shows nothing that they may not see.
    private boolean isSeen(Changes changes, Reader reader) {
        try {
            return transactions.under(
                    reader,
                    () -> Boolean.TRUE.equals(jdbc.queryForObject("""
                            SELECT EXISTS (
                                SELECT
                                FROM transcripts.conversations c
                                WHERE c.conversation_sid = ANY (?)
                            )
                            """, Boolean.class, (Object)
                            changes.conversationSids().toArray(String[]::new))));
        } catch (DataAccessException | TransactionException _) {
            return true;
        }
    }

    @Override
    public void start() {
        isRunning = true;
    }

    /// Before the web server, which waits for its requests to end.
    @Override
    public void stop() {
        isRunning = false;
        open.forEach(LiveStream::end);
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}

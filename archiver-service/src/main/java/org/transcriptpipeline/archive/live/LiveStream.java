package org.transcriptpipeline.archive.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.archive.access.Reader;

/// What one open page hears: that it should look again, and nothing of what it will see. However often something
/// changes, there is one thing to say.
public final class LiveStream implements AutoCloseable {

    private static final byte[] CHANGED = "event: changed\ndata: 1\n\n".getBytes(UTF_8);

    /// A comment, which keeps proxies from ending the line, and finds out whether anybody is at its other end.
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(UTF_8);

    private final Reader reader;
    private final @Nullable String conversationSid;
    private final Pace pace;
    private final Supplier<Rhythm> rhythm;
    private final Runnable atEnd;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition said = lock.newCondition();
    private boolean isChanged;
    private boolean isEnded;

    /// @param heartbeat how long nothing is said at most
    /// @param life of a stream; the browser opens another one then
    record Pace(Duration heartbeat, Duration life) {
        static final Pace USUAL = new Pace(Duration.ofSeconds(15), Duration.ofMinutes(30));
    }

    /// @param delay from a change until it is told
    /// @param rest from then until the next one is
    record Rhythm(Duration delay, Duration rest) {}

    /// @param conversationSid whose page it is; null: a list
    /// @param rhythm asked for with every change
    /// @param atEnd runs once, when it has ended
    LiveStream(Reader reader, @Nullable String conversationSid, Pace pace, Supplier<Rhythm> rhythm, Runnable atEnd) {
        this.reader = reader;
        this.conversationSid = conversationSid;
        this.pace = pace;
        this.rhythm = rhythm;
        this.atEnd = atEnd;
    }

    Reader reader() {
        return reader;
    }

    @Nullable
    String conversationSid() {
        return conversationSid;
    }

    void changed() {
        signal(() -> isChanged = true);
    }

    void end() {
        signal(() -> isEnded = true);
    }

    private void signal(Runnable what) {
        lock.lock();
        try {
            what.run();
            said.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Writes until it is ended, has lived long enough, or nobody reads any more. In the thread of the request, a
    /// virtual one: a reader who is slow keeps nobody else waiting, and is given up when the server's timeout has
    /// passed.
    ///
    /// @throws IOException nobody reads any more
    public void write(OutputStream out) throws IOException, InterruptedException {
        long endAt = System.nanoTime() + pace.life().toNanos();
        out.write(HEARTBEAT);
        out.flush();
        while (System.nanoTime() < endAt) {
            var heard = hear();
            if (heard == Heard.END) {
                return;
            }
            if (heard == Heard.SILENCE) {
                out.write(HEARTBEAT);
                out.flush();
                continue;
            }
            var now = rhythm.get();
            if (isEndedWithin(now.delay())) {
                return;
            }
            forgetChanges(); // who looks now sees them all
            out.write(CHANGED);
            out.flush();
            if (isEndedWithin(now.rest())) {
                return;
            }
        }
    }

    private void forgetChanges() {
        signal(() -> isChanged = false);
    }

    private enum Heard {
        CHANGE,
        SILENCE,
        END
    }

    private Heard hear() throws InterruptedException {
        lock.lock();
        try {
            long left = pace.heartbeat().toNanos();
            while (!isChanged && !isEnded && left > 0) {
                left = said.awaitNanos(left);
            }
            var heard = isEnded ? Heard.END : isChanged ? Heard.CHANGE : Heard.SILENCE;
            isChanged = false;
            return heard;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEndedWithin(Duration rest) throws InterruptedException {
        lock.lock();
        try {
            long left = rest.toNanos();
            while (!isEnded && left > 0) {
                left = said.awaitNanos(left);
            }
            return isEnded;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        atEnd.run();
    }

    @Override
    public String toString() {
        return "LiveStream"; // somebody's
    }
}

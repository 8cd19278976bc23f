package org.transcriptpipeline.ingest.webhook;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.ingest.webhook.Body.Broken;
import org.transcriptpipeline.ingest.webhook.Body.Complete;
import org.transcriptpipeline.ingest.webhook.Body.NoMemory;
import org.transcriptpipeline.ingest.webhook.Body.TooLong;
import org.transcriptpipeline.ingest.webhook.Body.TooSlow;

/// Reads one body once: bounded in size, memory and time. What has arrived is read at once on the request's thread;
/// for the rest no thread waits, so that slow senders cost a connection each and nothing else.
final class BodyReader implements ReadListener {

    private static final int CHUNK_BYTES = 8 * 1024;

    /// How far beyond the limit a body is read on, at most.
    private static final int READ_ON_FACTOR = 4;

    private final ServletInputStream in;
    private final WebhookProperties properties;
    private final long limit;
    private final BodyMemory memory;
    private final long announced;
    private final EventTypePeek peek = new EventTypePeek();
    private final ReentrantLock lock = new ReentrantLock();

    private byte[] buffer = {};
    private int length;
    private long passed;
    private boolean isKept = true;
    private Body verdictWhenNotKept = new TooLong();
    private long reserved;
    private @Nullable Body result;
    private @Nullable Consumer<Body> whenDone;
    private @Nullable ScheduledExecutorService timer;
    private @Nullable Future<?> deadline;

    /// @param announced `Content-Length`, or -1
    /// @param limit bytes
    BodyReader(ServletInputStream in, long announced, long limit, WebhookProperties properties, BodyMemory memory) {
        this.in = in;
        this.announced = announced;
        this.limit = limit;
        this.properties = properties;
        this.memory = memory;
        if (announced > limit) {
            keepNoLonger(new TooLong());
        }
    }

    /// Whether a pre-action event was seen in what has been read.
    boolean sawPreAction() {
        return peek.isPreAction();
    }

    /// Reads what is here. Null: there is more to come, to be had by [#readRest].
    @Nullable
    Body readAvailable() {
        lock.lock();
        try {
            while (result == null && passed != announced && in.available() > 0 && readOnce()) {
                // until it would wait
            }
            if (result == null && passed == announced) {
                finish(isKept ? new Complete(content()) : verdictWhenNotKept);
            }
        } catch (IOException e) {
            finish(new Broken());
        } finally {
            lock.unlock();
        }
        return result;
    }

    /// Reads the rest as it comes. The request must be in asynchronous mode.
    ///
    /// @param whenDone told once, on a thread of the container or of the timer
    void readRest(ScheduledExecutorService timer, Consumer<Body> whenDone) {
        lock.lock();
        try {
            this.whenDone = whenDone;
            this.timer = timer;
            startDeadline();
        } finally {
            lock.unlock();
        }
        in.setReadListener(this);
    }

    /// Gives the memory back; the bytes must not be used any more.
    void release() {
        lock.lock();
        try {
            memory.giveBack(reserved);
            reserved = 0;
            buffer = new byte[0];
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        @Nullable Consumer<Body> toTell = null;
        lock.lock();
        try {
            while (result == null && in.isReady() && readOnce()) {
                // until it would wait
            }
            toTell = takeListener();
        } finally {
            lock.unlock();
        }
        tell(toTell);
    }

    @Override
    public void onAllDataRead() {
        end(isKept ? new Complete(content()) : verdictWhenNotKept);
    }

    @Override
    public void onError(Throwable failure) {
        end(new Broken());
    }

    private void giveUp() {
        end(isKept ? new TooSlow() : verdictWhenNotKept);
    }

    private void startDeadline() {
        if (timer == null) {
            return; // still reading what was here
        }
        if (deadline != null) {
            deadline.cancel(false);
        }
        var patience = isKept ? properties.bodyDeadline() : properties.overlongPatience();
        deadline = timer.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end(Body body) {
        @Nullable Consumer<Body> toTell;
        lock.lock();
        try {
            if (result == null) {
                finish(body);
            }
            toTell = takeListener();
        } finally {
            lock.unlock();
        }
        tell(toTell);
    }

    private void tell(@Nullable Consumer<Body> toTell) {
        if (toTell != null && result != null) {
            toTell.accept(result);
        }
    }

    private @Nullable Consumer<Body> takeListener() {
        if (result == null) {
            return null;
        }
        var listener = whenDone;
        whenDone = null;
        return listener;
    }

    private void finish(Body body) {
        result = body;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /// @return false where nothing more is to be read
    private boolean readOnce() throws IOException {
        if (!isKept) {
            var thrownAway = new byte[CHUNK_BYTES];
            int n = in.read(thrownAway);
            if (n > 0) {
                peek.look(thrownAway, 0, n);
                passed += n;
            }
            if (passed > READ_ON_FACTOR * limit) {
                finish(verdictWhenNotKept);
            }
            return n >= 0;
        }
        if (length == buffer.length && !grow()) {
            return true; // no longer kept
        }
        int n = in.read(buffer, length, buffer.length - length);
        if (n > 0) {
            peek.look(buffer, length, length + n);
            length += n;
            passed += n;
            if (passed > limit) {
                keepNoLonger(new TooLong());
            }
        }
        return n >= 0;
    }

    /// By what has come, not by what was announced, which costs nothing to say.
    private boolean grow() {
        long most = announced >= 0 ? announced : limit + 1;
        int next = (int) Math.min(most, Math.max(CHUNK_BYTES, buffer.length * 2L));
        if (!memory.tryTake(next - buffer.length)) {
            keepNoLonger(new NoMemory());
            return false;
        }
        reserved += next - buffer.length;
        buffer = Arrays.copyOf(buffer, next);
        return true;
    }

    private void keepNoLonger(Body verdict) {
        isKept = false;
        verdictWhenNotKept = verdict;
        memory.giveBack(reserved);
        reserved = 0;
        buffer = new byte[0];
        length = 0;
        startDeadline();
    }

    private byte[] content() {
        return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
    }
}

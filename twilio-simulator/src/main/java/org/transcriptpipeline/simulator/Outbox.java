package org.transcriptpipeline.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Holds requests until they are due and sends so many at a time. Bounded: what does not fit is refused.
///
/// @param <T> what is sent
final class Outbox<T> implements AutoCloseable {

    /// Sends what is due; called by several threads.
    interface Sender<T> {
        void send(List<T> due) throws InterruptedException;
    }

    private static final Duration END_LIMIT = Duration.ofSeconds(20); // a request takes 15 s at most

    private final int capacity;
    private final int mostAtOnce;
    private final Sender<T> sender;
    private final DelayQueue<Held<T>> held = new DelayQueue<>();
    private final AtomicLong order = new AtomicLong();
    private final Semaphore places;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread dispatcher;
    private int unsent;

    /// @param capacity that are held at most
    /// @param concurrency requests in flight
    /// @param mostAtOnce of what is due that goes into one request
    Outbox(String name, int capacity, int concurrency, int mostAtOnce, Sender<T> sender) {
        this.capacity = capacity;
        this.mostAtOnce = mostAtOnce;
        this.sender = sender;
        this.places = new Semaphore(concurrency);
        this.dispatcher = Thread.ofVirtual().name(name).start(this::dispatch);
    }

    /// @return false when there is no room
    boolean offer(T item, Duration hold) {
        synchronized (this) {
            if (unsent >= capacity) {
                return false;
            }
            unsent++;
        }
        held.add(new Held<>(item, System.nanoTime() + hold.toNanos(), order.getAndIncrement()));
        return true;
    }

    /// Waits until everything was sent and answered.
    ///
    /// @return false when that took longer
    boolean awaitEmpty(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            while (unsent > 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return true;
        }
    }

    synchronized int unsent() {
        return unsent;
    }

    /// Sends nothing that is not yet on its way.
    @Override
    public void close() {
        dispatcher.interrupt();
        senders.shutdownNow();
        try {
            if (!senders.awaitTermination(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("requests did not end within " + END_LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void dispatch() {
        try {
            while (true) {
                var due = new ArrayList<T>();
                due.add(held.take().item);
                for (Held<T> next; due.size() < mostAtOnce && (next = held.poll()) != null; ) {
                    due.add(next.item);
                }
                places.acquire();
                senders.execute(() -> send(due));
            }
        } catch (InterruptedException | RejectedExecutionException _) {
            // closed
        }
    }

    private void send(List<T> due) {
        try {
            sender.send(due);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
            synchronized (this) {
                unsent -= due.size();
                notifyAll();
            }
        }
    }

    private record Held<T>(T item, long dueNanos, long order) implements Delayed {

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            if (other instanceof Held<?> held) {
                int byTime = Long.compare(dueNanos, held.dueNanos);
                return byTime == 0 ? Long.compare(order, held.order) : byTime;
            }
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}

package org.transcriptpipeline.operations;

import org.springframework.context.SmartLifecycle;

/// Something that a service does while it stops, on the thread that stops it, before all steps of a lower phase. It
/// does nothing at the start.
public abstract class StopStep implements SmartLifecycle {

    private volatile boolean running;

    /// Once for each stop. It bounds its own time.
    ///
    /// @throws InterruptedException somebody is in a hurry: the stop goes on with the next step
    protected abstract void take() throws InterruptedException;

    @Override
    public final void start() {
        running = true;
    }

    @Override
    public final void stop() {
        running = false;
        try {
            take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public final boolean isRunning() {
        return running;
    }
}

package org.transcriptpipeline.archive;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// A round of work that comes again by itself. A database that is away is told in one line, not in a stack trace
/// twice a second, and the next round tries again.
public final class ScheduledRound {

    private static final Logger log = LoggerFactory.getLogger(ScheduledRound.class);

    private ScheduledRound() {}

    public static void run(String name, Runnable round) {
        try {
            round.run();
        } catch (DataAccessException | TransactionException e) {
            log.atWarn()
                    .addKeyValue("round", name)
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("The database did not answer; the next round tries again");
        }
    }
}

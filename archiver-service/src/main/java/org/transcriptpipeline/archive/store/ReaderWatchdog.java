package org.transcriptpipeline.archive.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.archive.ScheduledRound;

/// Ends what analysts run for too long (`faults.md` D6). Their roles have time limits of their own, which every user
/// can set back; this one nobody can.
@Component
class ReaderWatchdog {

    private static final Logger log = LoggerFactory.getLogger(ReaderWatchdog.class);

    private final JdbcTemplate jdbc;
    private final StoreProperties properties;
    private final Counter ended;

    ReaderWatchdog(JdbcTemplate jdbc, StoreProperties properties, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.properties = properties;
        this.ended = Counter.builder("transcripts_long_reads_ended")
                .description("Statements of analysts that were cancelled, and open transactions that were ended")
                .register(meters);
    }

    @Scheduled(fixedDelay = 15_000)
    void look() {
        ScheduledRound.run("end long reads", () -> {
            var number = jdbc.queryForObject(
                    "SELECT store.end_long_reads(?::interval)",
                    Integer.class,
                    properties.longestRead().toString());
            if (number != null && number > 0) {
                ended.increment(number);
                log.atWarn().addKeyValue("ended", number).log("Analysts' statements took too long and were ended");
            }
        });
    }
}

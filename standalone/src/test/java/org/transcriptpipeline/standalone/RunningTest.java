package org.transcriptpipeline.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RunningTest {

    private final List<String> stopped = Collections.synchronizedList(new ArrayList<>());

    @Test
    void whatStartedLastStopsFirst() {
        var running = new Running(Duration.ofSeconds(5));
        running.started("Postgres", () -> stopped.add("Postgres"));
        running.started("Kafka", () -> stopped.add("Kafka"));
        running.started("ingest", () -> stopped.add("ingest"));

        running.close();
        running.close(); // a hook after a failed start

        assertThat(stopped).containsExactly("ingest", "Kafka", "Postgres");
    }

    @Test
    void aPartThatHangsOrFailsDoesNotKeepTheOthers() {
        var running = new Running(Duration.ofMillis(100));
        running.started("Postgres", () -> stopped.add("Postgres"));
        running.started("fails", () -> {
            throw new IllegalStateException("on purpose");
        });
        running.started("hangs", () -> new CountDownLatch(1).await());

        running.close();

        assertThat(stopped).containsExactly("Postgres");
    }

    @Test
    void aPartThatComesUpDuringTheStopIsStoppedToo() {
        var running = new Running(Duration.ofSeconds(5));
        running.close();

        assertThatExceptionOfType(StandaloneException.class)
                .isThrownBy(() -> running.started("late", () -> stopped.add("late")));

        assertThat(stopped).containsExactly("late");
    }
}

package org.transcriptpipeline.archive.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.transcriptpipeline.archive.TestDatabase;

@Tag("A9")
class DeliveryStatusTest {

    @Test
    void theFurthestStateIsTheState() {
        assertThat(DeliveryStatus.furthest(new TreeSet<>(List.of("sent", "undelivered", "delivered"))))
                .isEqualTo("delivered");
        assertThat(DeliveryStatus.furthest(new TreeSet<>(List.of("undelivered", "failed"))))
                .isEqualTo("undelivered");
        assertThat(DeliveryStatus.furthest(new TreeSet<>(List.of("novel", "accepted"))))
                .isEqualTo("accepted");
    }

    @Test
    void theDatabaseRanksStatesAsTheMergeDoes() {
        for (var entry : DeliveryStatus.RANKS.entrySet()) {
            assertThat(TestDatabase.superuser()
                            .queryForObject("SELECT store.status_rank(?)", Integer.class, entry.getKey()))
                    .as(entry.getKey())
                    .isEqualTo(entry.getValue());
        }
        assertThat(TestDatabase.superuser().queryForObject("SELECT store.status_rank('novel')", Integer.class))
                .isEqualTo(DeliveryStatus.rank("novel"));
    }
}

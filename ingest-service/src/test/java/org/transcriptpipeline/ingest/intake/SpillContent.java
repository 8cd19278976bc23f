package org.transcriptpipeline.ingest.intake;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.transcriptpipeline.event.Topics;

/// What an earlier run left on disk, made and looked at while nobody is at work on it.
public final class SpillContent {

    private SpillContent() {}

    /// Records of events that no decoder would understand; the drain does not look.
    public static void fill(Path directory, int records) throws JournalException {
        try (var journal = SpillJournal.open(directory)) {
            var spilled = new ArrayList<SpilledRecord>();
            for (int i = 0; i < records; i++) {
                var left =
                        new ProducerRecord<>(Topics.EVENTS, "CH" + i, ("left " + i).getBytes(StandardCharsets.UTF_8));
                spilled.add(SpilledRecord.of(left, Instant.now()));
            }
            for (int from = 0; from < records; from += 500) {
                journal.append(List.copyOf(spilled.subList(from, Math.min(records, from + 500))));
            }
        }
    }

    /// Changes one of them, as a failing disk does.
    public static void damage(Path directory, int id) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("waiting.db"));
                var statement = connection.prepareStatement("UPDATE waiting SET value = x'00' WHERE id = ?")) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }

    public static long recordsIn(Path directory) throws JournalException {
        try (var journal = SpillJournal.open(directory)) {
            return journal.depth().all().records();
        }
    }
}

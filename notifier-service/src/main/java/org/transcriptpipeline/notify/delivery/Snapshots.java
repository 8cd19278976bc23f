package org.transcriptpipeline.notify.delivery;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;
import tools.jackson.core.JacksonException;

/// Reads the document that a handoff is rendered from, and holds it against the hash that was announced.
final class Snapshots {

    private static final int LARGEST_BYTES = 64 * 1024 * 1024; // the archiver keeps them far below

    private final JdbcClient jdbc;
    private final SnapshotCodec codec = new SnapshotCodec();

    Snapshots(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    sealed interface Snapshot {}

    record Found(TranscriptSnapshot snapshot) implements Snapshot {}

    record Unusable(String reason) implements Snapshot {}

    private record Row(int bytes, String content) {}

    Snapshot read(Delivery delivery) {
        var rows = jdbc.sql("""
                        SELECT octet_length(content), CASE WHEN octet_length(content) <= :largest THEN content ELSE '' END
                        FROM store.handoff_snapshots
                        WHERE handoff_id = :handoffId AND version = :version
                        """)
                .param("largest", LARGEST_BYTES)
                .param("handoffId", delivery.key().handoffId())
                .param("version", delivery.key().version())
                .query((row, _) -> new Row(row.getInt(1), row.getString(2)))
                .list();
        if (rows.isEmpty()) {
            return new Unusable("the snapshot is not in the store");
        }
        var row = rows.getFirst();
        if (row.bytes() > LARGEST_BYTES) {
            return new Unusable("the snapshot has " + row.bytes() + " bytes");
        }
        if (!SnapshotCodec.sha256(row.content()).equals(delivery.snapshotSha256())) {
            return new Unusable("the snapshot is not the one that was announced: its hash differs");
        }
        try {
            return new Found(codec.decode(row.content()));
        } catch (JacksonException e) {
            return new Unusable("the snapshot cannot be read");
        }
    }
}

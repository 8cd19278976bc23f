package org.transcriptpipeline.notify.delivery;

import org.jspecify.annotations.Nullable;
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

    /// @param content as it was announced, `snapshot` in JSON
    record Found(TranscriptSnapshot snapshot, String content) implements Snapshot {
        @Override
        public String toString() {
            return "Found";
        }
    }

    record Unusable(String reason) implements Snapshot {}

    private record Row(int bytes, String content, String contentSha256) {}

    Snapshot read(Delivery delivery) {
        var row = row(delivery.key().handoffId(), delivery.key().version());
        if (row == null) {
            return new Unusable("the snapshot is not in the store");
        }
        if (row.bytes() > LARGEST_BYTES) {
            return new Unusable("the snapshot has " + row.bytes() + " bytes");
        }
        if (!SnapshotCodec.sha256(row.content()).equals(delivery.snapshotSha256())) {
            return new Unusable("the snapshot is not the one that was announced: its hash differs");
        }
        try {
            return new Found(codec.decode(row.content()), row.content());
        } catch (JacksonException e) {
            return new Unusable("the snapshot cannot be read");
        }
    }

    /// An earlier version of the handoff; null: it is not there any more, or not as it was taken. Then the whole is
    /// told again rather than nothing.
    @Nullable
    TranscriptSnapshot earlier(String handoffId, int version) {
        var row = row(handoffId, version);
        if (row == null
                || row.bytes() > LARGEST_BYTES
                || !SnapshotCodec.sha256(row.content()).equals(row.contentSha256())) {
            return null;
        }
        try {
            return codec.decode(row.content());
        } catch (JacksonException e) {
            return null;
        }
    }

    private @Nullable Row row(String handoffId, int version) {
        return jdbc
                .sql("""
                        SELECT octet_length(content), CASE WHEN octet_length(content) <= :largest THEN content ELSE '' END,
                            content_sha256
                        FROM store.handoff_snapshots
                        WHERE handoff_id = :handoffId AND version = :version
                        """)
                .param("largest", LARGEST_BYTES)
                .param("handoffId", handoffId)
                .param("version", version)
                .query((row, _) -> new Row(row.getInt(1), row.getString(2), row.getString(3)))
                .list()
                .stream()
                .findFirst()
                .orElse(null);
    }
}

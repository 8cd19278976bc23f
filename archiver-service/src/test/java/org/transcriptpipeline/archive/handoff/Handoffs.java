package org.transcriptpipeline.archive.handoff;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.Events;
import org.transcriptpipeline.archive.RunningArchiver;
import org.transcriptpipeline.snapshot.SnapshotCodec;
import org.transcriptpipeline.snapshot.TranscriptSnapshot;

/// What the store holds of one conversation's handoffs.
public final class Handoffs {

    private final JdbcTemplate database;
    private final String conversationSid;

    private Handoffs(JdbcTemplate database, String conversationSid) {
        this.database = database;
        this.conversationSid = conversationSid;
    }

    public static Handoffs of(RunningArchiver archiver, Events events) {
        return new Handoffs(archiver.database(), events.conversationSid());
    }

    public List<String> statuses() {
        return database.queryForList(
                "SELECT status FROM store.handoffs WHERE conversation_sid = ?", String.class, conversationSid);
    }

    /// Of all handoffs: `version kind follows messages/failures`, in the order of their making.
    public List<String> versions() {
        return database.queryForList("""
                SELECT concat_ws(' ', version, kind, follows_version, new_messages || '/' || new_failures)
                FROM store.handoff_snapshots
                WHERE conversation_sid = ?
                ORDER BY created_at
                """, String.class, conversationSid);
    }

    public TranscriptSnapshot snapshot(int version) {
        return new SnapshotCodec()
                .decode(database.queryForObject(
                        "SELECT content FROM store.handoff_snapshots WHERE conversation_sid = ? AND version = ?",
                        String.class,
                        conversationSid,
                        version));
    }

    /// The columns of the only handoff.
    public Map<String, Object> row() {
        return database.queryForMap("SELECT * FROM store.handoffs WHERE conversation_sid = ?", conversationSid);
    }

    public String id() {
        return String.valueOf(row().get("handoff_id"));
    }

    public void set(String assignments) {
        database.update("UPDATE store.handoffs SET " + assignments + " WHERE conversation_sid = ?", conversationSid);
    }

    /// Nothing that was touched is left to look at.
    public boolean areQuiet() {
        return database.queryForObject(
                        "SELECT count(*) FROM store.handoffs WHERE conversation_sid = ? AND (look_at IS NOT NULL OR status = 'settling')",
                        Integer.class,
                        conversationSid)
                == 0;
    }
}

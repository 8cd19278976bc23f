package org.transcriptpipeline.archive.handoff;

import java.util.Collection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// Marks the handoffs whose conversations something came for, so that nobody has to look at all of them again and
/// again. Whether it is worth a follow-up is for [HandoffWatcher] to say.
@Component
public class HandoffWatch {

    private final JdbcTemplate jdbc;

    HandoffWatch(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Runs in the transaction of the batch. A row that is marked already is written again on purpose: the write
    /// waits for a watcher that is looking at the handoff at this moment, and would else wipe the mark out.
    public void touched(Collection<String> conversationSids) {
        if (conversationSids.isEmpty()) {
            return;
        }
        jdbc.update("""
                UPDATE store.handoffs
                SET look_at = now()
                WHERE conversation_sid = ANY (?) AND status = 'ready' AND watch_until > now()
                """, (Object) conversationSids.toArray(String[]::new));
    }
}

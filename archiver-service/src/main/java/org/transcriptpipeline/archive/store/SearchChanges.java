package org.transcriptpipeline.archive.store;

import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.transcriptpipeline.archive.merge.MessageState;
import org.transcriptpipeline.archive.store.MergedTable.Merged;

/// Notes which messages a batch wrote, for those who make them searchable: one row of SIDs, whatever the size of the
/// batch (docs/adr/035-search-behind-the-merge.md).
final class SearchChanges {

    private final JdbcTemplate jdbc;

    SearchChanges(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Runs in the batch's transaction.
    void note(Merged<MessageState> written) {
        var sids = Stream.concat(written.fresh().stream().filter(SearchChanges::hasText), written.changed().stream())
                .map(MessageState::messageSid)
                .toArray(String[]::new);
        if (sids.length > 0) {
            jdbc.update("INSERT INTO store.search_changes (message_sids) VALUES (?)", (Object) sids);
        }
    }

    private static boolean hasText(MessageState message) {
        var body = message.registers().text(MessageState.Field.BODY);
        return body != null && !body.isEmpty();
    }
}

package org.transcriptpipeline.cli.export;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// Writes down who took which conversations along, in the store's own list of reads.
interface ReadRecord {

    /// Called before a part gets its name: what is not written down does not leave. A part that a crash keeps from its
    /// name is written down again with its repetition.
    ///
    /// @param connection with no transaction begun; the one of this is ended
    /// @param conversationSids by account; an account without any: deliveries and executions of no conversation
    void exported(Connection connection, ExportFormat format, int part, Map<String, List<String>> conversationSids)
            throws SQLException;
}

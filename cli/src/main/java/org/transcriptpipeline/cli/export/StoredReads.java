package org.transcriptpipeline.cli.export;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// Writes reads through the function that every reader may call and nobody can take back.
final class StoredReads implements ReadRecord {

    /// The function takes no more.
    private static final int MOST_AT_ONCE = 10_000;

    private static final String RECORD = "SELECT transcripts.record_read('export', ?, ?, ?, ?)";

    @Override
    public void exported(
            Connection connection, ExportFormat format, int part, Map<String, List<String>> conversationSids)
            throws SQLException {
        try (var begin = connection.createStatement()) {
            begin.execute("SET TRANSACTION READ WRITE"); // a reader's are read-only by default
        }
        try (var statement = connection.prepareStatement(RECORD)) {
            for (var account : conversationSids.entrySet()) {
                var sids = account.getValue();
                if (sids.isEmpty()) {
                    record(statement, format, account.getKey(), sids, "part " + part + ", rows of no conversation");
                }
                for (int from = 0; from < sids.size(); from += MOST_AT_ONCE) {
                    var some = sids.subList(from, Math.min(from + MOST_AT_ONCE, sids.size()));
                    record(statement, format, account.getKey(), some, "part " + part);
                }
            }
        }
        connection.commit();
    }

    private static void record(
            PreparedStatement statement, ExportFormat format, String account, List<String> sids, String detail)
            throws SQLException {
        statement.setString(1, "export_" + format);
        statement.setString(2, account);
        statement.setArray(3, statement.getConnection().createArrayOf("text", sids.toArray()));
        statement.setString(4, detail);
        statement.executeQuery().close();
    }
}

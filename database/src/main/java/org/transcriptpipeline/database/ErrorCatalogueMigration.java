package org.transcriptpipeline.database;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Fills `store.error_codes` from `db/error-codes.csv`: a row per code and language, with its meaning and advice. It is
/// repeatable, so a sentence is mended or a language added by editing the file alone: it is loaded anew, whole, by the
/// first start that finds it changed.
final class ErrorCatalogueMigration implements JavaMigration {

    static final String FILE = "/db/error-codes.csv";

    private final byte[] catalogue = read();

    @Override
    public @Nullable MigrationVersion getVersion() {
        return null; // repeatable
    }

    @Override
    public String getDescription() {
        return "error catalogue";
    }

    @Override
    public Integer getChecksum() {
        var checksum = new CRC32();
        checksum.update(catalogue);
        return (int) checksum.getValue();
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws Exception {
        var connection = context.getConnection();
        try (var statement = connection.createStatement()) {
            statement.execute("DELETE FROM store.error_codes");
        }
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("""
                        COPY store.error_codes (error_code, language, meaning, advice)
                        FROM STDIN WITH (FORMAT csv, HEADER match, ENCODING 'UTF8')
                        """, new ByteArrayInputStream(catalogue));
    }

    private static byte[] read() {
        try (var file = requireNonNull(
                ErrorCatalogueMigration.class.getResourceAsStream(FILE), "the catalogue is in this module")) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

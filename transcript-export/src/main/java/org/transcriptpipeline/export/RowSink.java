package org.transcriptpipeline.export;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Takes the rows of one view, one after the other.
public interface RowSink extends Closeable {

    /// @param row a value for each column, of the Java type that [ColumnType] names; may be used again by the caller
    void write(@Nullable Object[] row) throws IOException;
}

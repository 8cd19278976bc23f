package org.transcriptpipeline.cli.export;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.jsonType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.export.Column;
import org.transcriptpipeline.export.RowSink;

/// Parquet with pages compressed by Zstandard. Times are UTC microseconds, lists of texts `LIST`s, documents texts of
/// the logical type `JSON`, numbers with decimals doubles; every column may be null.
///
/// Apache's own writer, without Hadoop: see docs/adr/033-leaving-with-the-data.md. Sizes are chosen so that the writers
/// of all views together need a few dozen megabytes.
final class ParquetRows implements RowSink {

    private static final long ROW_GROUP_BYTES = 16L << 20;
    private static final int PAGE_BYTES = 128 << 10;
    private static final int DICTIONARY_BYTES = 256 << 10;

    private final ParquetWriter<@Nullable Object[]> writer;

    ParquetRows(OutputStream out, String name, List<Column> columns) throws IOException {
        this.writer = new Builder(new OneFile(out), new Rows(schema(name, columns), columns))
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new ZstandardPages())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withPageSize(PAGE_BYTES)
                .withDictionaryPageSize(DICTIONARY_BYTES)
                .build();
    }

    @Override
    public void write(@Nullable Object[] row) throws IOException {
        writer.write(row);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static MessageType schema(String name, List<Column> columns) {
        var message = Types.buildMessage();
        columns.forEach(column -> message.addField(type(column)));
        return message.named(name);
    }

    private static Type type(Column column) {
        return switch (column.type()) {
            case TEXT -> Types.optional(BINARY).as(stringType()).named(column.name());
            case JSON -> Types.optional(BINARY).as(jsonType()).named(column.name());
            case INTEGER -> Types.optional(INT32).named(column.name());
            case BIGINT -> Types.optional(INT64).named(column.name());
            case NUMERIC -> Types.optional(DOUBLE).named(column.name());
            case BOOLEAN -> Types.optional(BOOLEAN).named(column.name());
            case TIMESTAMP ->
                Types.optional(INT64).as(timestampType(true, MICROS)).named(column.name());
            case TEXT_ARRAY ->
                Types.optionalList().optionalElement(BINARY).as(stringType()).named(column.name());
        };
    }

    private static final class Builder extends ParquetWriter.Builder<@Nullable Object[], Builder> {
        private final Rows rows;

        Builder(OutputFile file, Rows rows) {
            super(file);
            this.rows = rows;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<@Nullable Object[]> getWriteSupport(ParquetConfiguration configuration) {
            return rows;
        }

        @Override
        protected WriteSupport<@Nullable Object[]> getWriteSupport(Configuration configuration) {
            return rows;
        }
    }

    /// Turns a row into the calls that a column store understands.
    private static final class Rows extends WriteSupport<@Nullable Object[]> {
        private final MessageType schema;
        private final List<Column> columns;
        private @Nullable RecordConsumer consumer;

        Rows(MessageType schema, List<Column> columns) {
            this.schema = schema;
            this.columns = columns;
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            this.consumer = recordConsumer;
        }

        @Override
        public void write(@Nullable Object[] row) {
            if (consumer == null) {
                throw new IllegalStateException("not prepared");
            }
            consumer.startMessage();
            for (int i = 0; i < row.length; i++) {
                var value = row[i];
                if (value != null) {
                    var column = columns.get(i);
                    consumer.startField(column.name(), i);
                    add(consumer, column, value);
                    consumer.endField(column.name(), i);
                }
            }
            consumer.endMessage();
        }

        private static void add(RecordConsumer consumer, Column column, Object value) {
            switch (column.type()) {
                case TEXT, JSON -> consumer.addBinary(Binary.fromString((String) value));
                case INTEGER -> consumer.addInteger((Integer) value);
                case BIGINT -> consumer.addLong((Long) value);
                case NUMERIC -> consumer.addDouble(((BigDecimal) value).doubleValue());
                case BOOLEAN -> consumer.addBoolean((Boolean) value);
                case TIMESTAMP -> consumer.addLong(ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
                case TEXT_ARRAY -> list(consumer, (List<?>) value);
            }
        }

        private static void list(RecordConsumer consumer, List<?> texts) {
            consumer.startGroup();
            if (!texts.isEmpty()) {
                consumer.startField("list", 0);
                for (var text : texts) {
                    consumer.startGroup();
                    if (text != null) {
                        consumer.startField("element", 0);
                        consumer.addBinary(Binary.fromString((String) text));
                        consumer.endField("element", 0);
                    }
                    consumer.endGroup();
                }
                consumer.endField("list", 0);
            }
            consumer.endGroup();
        }
    }

    /// A stream that has been opened already, with the rights that it needs.
    private record OneFile(OutputStream out) implements OutputFile {

        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new PositionOutputStream() {
                private long position;

                @Override
                public long getPos() {
                    return position;
                }

                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                    position++;
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                    position += length;
                }

                @Override
                public void flush() throws IOException {
                    out.flush();
                }

                @Override
                public void close() throws IOException {
                    out.close();
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}

package org.transcriptpipeline.export;

/// What a column holds. The Java type of a value is in brackets.
public enum ColumnType {
    /// Text, and every type that has no other name here, as Postgres prints it (`String`).
    TEXT,
    /// 32 bits (`Integer`).
    INTEGER,
    /// 64 bits (`Long`).
    BIGINT,
    /// A number with decimals (`BigDecimal`).
    NUMERIC,
    /// (`Boolean`)
    BOOLEAN,
    /// A point in time, to the microsecond (`Instant`).
    TIMESTAMP,
    /// A list of texts (`List<String>`).
    TEXT_ARRAY,
    /// A JSON document, as Postgres prints `jsonb` (`String`).
    JSON;

    static ColumnType ofPostgres(String name) {
        return switch (name) {
            case "int2", "int4" -> INTEGER;
            case "int8" -> BIGINT;
            case "numeric", "float4", "float8" -> NUMERIC;
            case "bool" -> BOOLEAN;
            case "timestamptz" -> TIMESTAMP;
            case "_text" -> TEXT_ARRAY;
            case "json", "jsonb" -> JSON;
            default -> TEXT;
        };
    }
}

package org.transcriptpipeline.benchmarks;

import java.util.Map;

/// Who puts messages from Kafka into Postgres: ours, what others would take, and the limit.
enum Archives {
    /// The service as it is run, messages alone.
    ARCHIVER("archiver-service, messages"),

    /// The same rows into the same table with the same indexes, in one transaction: nothing is faster.
    COPY("COPY of the same rows"),

    /// Debezium's sink, as it is tuned in two steps.
    DEBEZIUM_500("Debezium's sink, batch 500", Map.of("batch.size", "500")),
    DEBEZIUM_500_UNNEST(
            "Debezium's sink, batch 500, unnest",
            Map.of("batch.size", "500", "dialect.postgres.unnest.insert.enabled", "true")),
    DEBEZIUM_2000("Debezium's sink, batch 2000", Map.of("batch.size", "2000")),
    DEBEZIUM_2000_UNNEST(
            "Debezium's sink, batch 2000, unnest",
            Map.of("batch.size", "2000", "dialect.postgres.unnest.insert.enabled", "true")),

    /// Record by record.
    NAIVE("consumer that upserts record by record"),

    /// The service with all that comes from Twilio.
    MIX("archiver-service, realistic mix");

    private final String label;
    private final Map<String, String> settings;

    Archives(String label) {
        this(label, Map.of());
    }

    /// @param settings of a sink of Kafka Connect
    Archives(String label, Map<String, String> settings) {
        this.label = label;
        this.settings = settings;
    }

    String label() {
        return label;
    }

    boolean isConnect() {
        return !settings.isEmpty();
    }

    /// Takes events; all others take rows.
    boolean isOurs() {
        return this == ARCHIVER || this == MIX;
    }

    Map<String, String> settings() {
        return settings;
    }
}

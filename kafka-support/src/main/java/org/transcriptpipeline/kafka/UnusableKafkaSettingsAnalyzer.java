package org.transcriptpipeline.kafka;

import org.apache.kafka.common.config.ConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Kafka's clients cannot even be made: an address that does not resolve, a setting that is none.
final class UnusableKafkaSettingsAnalyzer extends AbstractFailureAnalyzer<ConfigException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigException cause) {
        return new FailureAnalysis(
                "Kafka cannot be used as it is configured: " + cause.getMessage(),
                "Mend SPRING_KAFKA_BOOTSTRAP_SERVERS or the setting that is named, or the resolution of names, and"
                        + " start again.",
                cause);
    }
}

package org.transcriptpipeline.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.test.util.ReflectionTestUtils;

class KafkaFailureTest {

    /// The promise behind a 2xx stands on both, so no setting of Spring's may take them away.
    @Test
    @Tag("K5")
    void acknowledgementByAllReplicasIsNotOpenToConfiguration() {
        try (var shared = new SharedProducer(
                Map.of("bootstrap.servers", "127.0.0.1:1", "acks", "1", "enable.idempotence", "false"))) {
            var inUse = (ProducerConfig) ReflectionTestUtils.getField(shared.current(), "producerConfig");

            assertThat(inUse).isNotNull();
            assertThat(inUse.getString("acks")).isEqualTo("-1"); // all
            assertThat(inUse.getBoolean("enable.idempotence")).isTrue();
        }
    }

    @Test
    @Tag("K5")
    void tooFewReplicasAreKafkasTroubleAndNotTheRecords() {
        for (var failure : List.of(
                new NotEnoughReplicasException("2 wanted"), new NotEnoughReplicasAfterAppendException("2 wanted"))) {
            assertThat(KafkaFailure.isSystemic(KafkaFailure.reasonOf(failure))).isTrue();
            assertThat(KafkaFailure.isFatalForProducer(failure)).isFalse();
        }
    }

    @Test
    @Tag("K9")
    void aFencedProducerAndALostSequenceAreBeyondUse() {
        assertThat(List.of(
                        new ProducerFencedException("by another"),
                        new OutOfOrderSequenceException("7 after 5"),
                        new UnknownProducerIdException("who?")))
                .allMatch(KafkaFailure::isFatalForProducer);
    }

    @Test
    @Tag("K7")
    void aTopicThatMayNotBeWrittenIsSystemicAndLeavesTheProducerAsItIs() {
        var denied = new TopicAuthorizationException("denied");

        assertThat(KafkaFailure.isSystemic(KafkaFailure.reasonOf(denied))).isTrue();
        assertThat(KafkaFailure.isFatalForProducer(denied)).isFalse();
    }
}

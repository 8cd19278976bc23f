package org.transcriptpipeline.ingest.intake;

import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.transcriptpipeline.ingest.intake.Publication.Reason;

/// Whose fault it is that Kafka did not take a record, told by type and never by the words of a message.
final class KafkaFailure {

    private KafkaFailure() {}

    static Reason reasonOf(Throwable failure) {
        return switch (failure) {
            case RecordTooLargeException _ -> Reason.TOO_LARGE;
            case InvalidRecordException _ -> Reason.RECORD_REFUSED;
            case BufferExhaustedException _ -> Reason.BUFFER_FULL;
            case AuthorizationException _, AuthenticationException _ -> Reason.NOT_AUTHORIZED;
            case RetriableException _, InterruptException _ -> Reason.TIMEOUT; // retried until the delivery timeout
            default -> Reason.PRODUCER_FAILED;
        };
    }

    /// Whether the next record would fare no better: the breaker's question.
    static boolean isSystemic(Reason reason) {
        return switch (reason) {
            case TOO_LARGE, RECORD_REFUSED, OVERLOADED, SPILL_FULL, SPILL_FAILED -> false;
            case KAFKA_AWAY, TIMEOUT, BUFFER_FULL, NOT_AUTHORIZED, PRODUCER_FAILED -> true;
        };
    }

    /// Whether the record is at fault: Kafka will not take it later either.
    static boolean isTheRecordsFault(Reason reason) {
        return switch (reason) {
            case TOO_LARGE, RECORD_REFUSED -> true;
            case OVERLOADED,
                    KAFKA_AWAY,
                    TIMEOUT,
                    BUFFER_FULL,
                    NOT_AUTHORIZED,
                    PRODUCER_FAILED,
                    SPILL_FULL,
                    SPILL_FAILED -> false;
        };
    }

    /// Whether this producer will take nothing any more (fenced, sequence lost, epoch refused, closed), or was made
    /// with rights that it has got since.
    static boolean isFatalForProducer(Throwable failure) {
        return switch (reasonOf(failure)) {
            case PRODUCER_FAILED -> true;
            case NOT_AUTHORIZED -> !(failure instanceof TopicAuthorizationException);
            case TOO_LARGE, RECORD_REFUSED, OVERLOADED, KAFKA_AWAY, TIMEOUT, BUFFER_FULL, SPILL_FULL, SPILL_FAILED ->
                false;
        };
    }
}

package org.transcriptpipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// `faults.md` O9.
class ReasonTest {

    @ParameterizedTest
    @MethodSource("failures")
    void theCauseIsNamed(Throwable failure, String reason) {
        assertThat(Reason.of(failure)).isEqualTo(reason);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        unavailable(new SQLException("…", "08001", new UnknownHostException("db.example.com"))),
                        "the host's name cannot be resolved"),
                Arguments.of(
                        unavailable(new SQLException("…", "08001", new ConnectException())),
                        "the connection is refused"),
                Arguments.of(
                        unavailable(new SQLException(
                                "…", "08006", handshake(new CertificateExpiredException("CN=somebody")))),
                        "the certificate of the other side has expired"),
                Arguments.of(unavailable(new SQLException("…", "28P01")), "it refuses our role or password"),
                Arguments.of(unavailable(new SQLException("…", "53100")), "SQLSTATE 53100"),
                Arguments.of(
                        new KafkaException("…", new ConfigException("…")),
                        "no address of bootstrap.servers can be used"),
                Arguments.of(new SaslAuthenticationException("…"), "Kafka refuses our name or password"),
                Arguments.of(new IllegalStateException("a secret"), "IllegalStateException"));
    }

    @Test
    void noMessageIsTold() {
        assertThat(Reason.of(unavailable(new SQLException("a secret", "XX000"))))
                .doesNotContain("secret");
    }

    private static SQLException unavailable(SQLException cause) {
        return new SQLTransientConnectionException("not available", cause);
    }

    private static SSLHandshakeException handshake(Exception cause) {
        var failure = new SSLHandshakeException("…");
        failure.initCause(cause);
        return failure;
    }
}

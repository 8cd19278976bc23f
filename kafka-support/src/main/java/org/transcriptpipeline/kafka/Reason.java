package org.transcriptpipeline.kafka;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/// Why a dependency cannot be used, in words for health (`faults.md` O9): told by the types of a failure and its
/// causes,
/// never by their messages, which may hold more than is to be shown.
final class Reason {

    private Reason() {}

    /// The deepest cause that says something.
    static String of(Throwable failure) {
        @Nullable String reason = null;
        for (var cause : Causes.of(failure)) {
            var named = named(cause);
            reason = named == null ? reason : named;
        }
        if (reason != null) {
            return reason;
        }
        var causes = Causes.of(failure);
        return causes.getLast().getClass().getSimpleName();
    }

    private static @Nullable String named(Throwable cause) {
        return switch (cause) {
            case UnknownHostException _ -> "its host name cannot be resolved";
            case CertificateExpiredException _ -> "its certificate has expired";
            case CertificateNotYetValidException _ -> "its certificate is not valid yet";
            case CertPathValidatorException _ -> "its certificate is not trusted";
            case SSLException _ -> "TLS fails: " + cause.getClass().getSimpleName();
            case ConnectException _ -> "the connection is refused";
            case SocketTimeoutException _ -> "it does not answer in time";
            case ConfigException _ -> "no address of bootstrap.servers can be used";
            case AuthenticationException _ ->
                "it refuses our credentials: " + cause.getClass().getSimpleName();
            case AuthorizationException _ ->
                "a right is missing: " + cause.getClass().getSimpleName();
            case TimeoutException _ -> "it does not answer in time";
            case org.apache.kafka.common.errors.TimeoutException _ -> "it does not answer in time";
            case SQLException sql -> sql.getSQLState() == null ? null : ofSqlState(sql.getSQLState());
            default -> null;
        };
    }

    private static @Nullable String ofSqlState(String sqlState) {
        return switch (sqlState) {
            case "28P01", "28000" -> "it refuses our role or password";
            case "3D000" -> "the database does not exist";
            case "53300" -> "it has no connection left";
            case "57P01", "57P02", "57P03" -> "it is starting or stopping";
            default ->
                sqlState.startsWith("08") ? null : "SQLSTATE " + sqlState; // 08: the connection; the cause says more
        };
    }
}

package org.transcriptpipeline.kafka;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.net.TlsFailure;

/// Why Kafka or Postgres cannot be used, in words for who has to mend it (`faults.md` O9); `docs/security.md` has the
/// rights. Told by the types of a failure and its causes, never by their messages, which may hold more than is to be
/// shown.
final class Reason {

    private Reason() {}

    /// The deepest cause that says something.
    static String of(Throwable failure) {
        var tls = TlsFailure.of(failure);
        if (tls != null) {
            return tls;
        }
        var causes = Causes.of(failure);
        @Nullable String reason = null;
        for (var cause : causes) {
            var named = named(cause);
            reason = named == null ? reason : named;
        }
        return reason == null ? causes.getLast().getClass().getSimpleName() : reason;
    }

    private static @Nullable String named(Throwable cause) {
        return switch (cause) {
            case SslAuthenticationException _ -> "TLS could not be agreed on";
            case AuthenticationException _ -> "Kafka refuses our name or password";
            case TopicAuthorizationException topics ->
                "our user has no right to the topics " + new TreeSet<>(topics.unauthorizedTopics());
            case GroupAuthorizationException group -> "our user has no right to the consumer group " + group.groupId();
            case AuthorizationException _ ->
                "our user has no right to this (" + cause.getClass().getSimpleName() + ")";
            case ConfigException _ -> "no address of bootstrap.servers can be used";
            case ConnectException _ -> "the connection is refused";
            case SocketTimeoutException _, TimeoutException _, org.apache.kafka.common.errors.TimeoutException _ ->
                "it does not answer in time";
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

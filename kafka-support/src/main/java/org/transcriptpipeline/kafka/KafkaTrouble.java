package org.transcriptpipeline.kafka;

import java.util.TreeSet;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.transcriptpipeline.net.TlsFailure;

/// What stands between us and Kafka, in words for who has to mend it; `docs/security.md` has the rights.
final class KafkaTrouble {

    private KafkaTrouble() {}

    static String of(Throwable failure) {
        var tls = TlsFailure.of(failure);
        if (tls != null) {
            return tls;
        }
        return switch (failure) {
            case SslAuthenticationException _ -> "TLS could not be agreed on";
            case AuthenticationException _ -> "Kafka refuses our name or password";
            case TopicAuthorizationException topics ->
                "our user has no right to the topics " + new TreeSet<>(topics.unauthorizedTopics());
            case GroupAuthorizationException group -> "our user has no right to the consumer group " + group.groupId();
            case AuthorizationException _ ->
                "our user has no right to this (" + failure.getClass().getSimpleName() + ")";
            default -> failure.getClass().getSimpleName();
        };
    }
}

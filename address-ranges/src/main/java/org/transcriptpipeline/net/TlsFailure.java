package org.transcriptpipeline.net;

import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why a connection that had to be private did not come about, in words for who has to mend it: `PKIX path building
/// failed` deep in a chain of causes helps nobody at three in the morning. Says nothing of what was to be sent.
public final class TlsFailure {

    private static final int LONGEST_CHAIN = 20; // a chain may be a loop

    private TlsFailure() {}

    /// Null where this has nothing to do with names and certificates.
    public static @Nullable String of(Throwable failure) {
        var causes = causes(failure);
        if (any(causes, CertificateExpiredException.class::isInstance)) {
            return "the certificate of the other side has expired";
        }
        if (any(causes, CertificateNotYetValidException.class::isInstance)) {
            return "the certificate of the other side is not valid yet; or the clock here is wrong";
        }
        if (any(causes, TlsFailure::isNotTrusted)) {
            return "the certificate of the other side is of no authority that is trusted here";
        }
        if (any(causes, TlsFailure::isOfAnotherHost)) {
            return "the certificate of the other side is of another host";
        }
        if (any(causes, UnknownHostException.class::isInstance)) {
            return "the host's name cannot be resolved";
        }
        for (var cause : causes) {
            if (cause instanceof NoSuchFileException missing) {
                return "the file " + missing.getFile() + " is missing";
            }
        }
        for (var cause : causes) {
            if (cause instanceof SSLException) {
                return "TLS could not be agreed on (" + cause.getClass().getSimpleName() + ")";
            }
        }
        return null;
    }

    /// No path leads to an authority that is trusted, or one leads to an authority of the same name with another key.
    private static boolean isNotTrusted(Throwable cause) {
        return cause instanceof CertPathBuilderException
                || cause instanceof CertPathValidatorException invalid
                        && invalid.getReason() == CertPathValidatorException.BasicReason.INVALID_SIGNATURE;
    }

    /// There is no type for it. The JDK's words are in `sun.security.util.HostnameChecker`; pgjdbc names its checker in
    /// every language.
    private static boolean isOfAnotherHost(Throwable cause) {
        var words = cause.getMessage();
        return words != null
                && (cause instanceof CertificateException
                                && (words.startsWith("No subject alternative") || words.startsWith("No name matching"))
                        || cause instanceof SQLException && words.contains("PgjdbcHostnameVerifier"));
    }

    private static boolean any(List<Throwable> causes, Predicate<Throwable> wanted) {
        return causes.stream().anyMatch(wanted);
    }

    private static List<Throwable> causes(Throwable failure) {
        var chain = new ArrayList<Throwable>();
        for (@Nullable Throwable t = failure; t != null && chain.size() < LONGEST_CHAIN; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }
}

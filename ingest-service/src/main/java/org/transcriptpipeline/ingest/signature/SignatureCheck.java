package org.transcriptpipeline.ingest.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.ingest.request.Endpoint;
import org.transcriptpipeline.ingest.request.ReceivedRequest;
import org.transcriptpipeline.ingest.signature.Accounts.Account;
import org.transcriptpipeline.ingest.signature.Proof.AccountNeeded;
import org.transcriptpipeline.ingest.signature.Proof.Means;
import org.transcriptpipeline.ingest.signature.Proof.Proved;
import org.transcriptpipeline.ingest.signature.Proof.Reason;
import org.transcriptpipeline.ingest.signature.Proof.Refused;
import org.transcriptpipeline.signature.PublicUrls;
import org.transcriptpipeline.signature.TwilioSignature;

/// Did Twilio send this? The one place that decides it.
///
/// Every candidate (URL form, account, token) is computed and compared in constant time, whatever matched before:
/// how long a refusal takes says nothing about how near it was.
public final class SignatureCheck {

    private static final byte[] NOTHING = {};

    private final Accounts accounts;
    private final PublicUrls publicUrls;
    private final byte @Nullable [] passwordHash;

    /// Stands in for an account that is not served, so that refusing it takes as long as refusing any other.
    private final Account decoy = new Account("", List.of(UUID.randomUUID().toString()));

    SignatureCheck(Accounts accounts, PublicUrls publicUrls, SignatureProperties.FlowEnded flowEnded) {
        this.accounts = accounts;
        this.publicUrls = publicUrls;
        this.passwordHash = flowEnded.username() == null
                        || flowEnded.username().isBlank()
                        || flowEnded.password() == null
                        || flowEnded.password().isBlank()
                ? null
                : sha256((flowEnded.username() + ":" + flowEnded.password()).getBytes(UTF_8));
    }

    /// One account without the rest of a service: for whoever proves a kept request again. There is no password,
    /// since a kept request does not hold what it showed.
    ///
    /// @param tokens the primary first
    /// @throws IllegalStateException where a value cannot be what it should, naming the setting, never the value
    public static SignatureCheck of(String accountSid, List<String> tokens, List<String> publicBaseUrls) {
        var properties = new SignatureProperties(
                Map.of("default", new SignatureProperties.Account(accountSid, tokens)),
                publicBaseUrls,
                new SignatureProperties.FlowEnded(null, null));
        return new SignatureCheck(
                Accounts.of(properties), PublicUrls.of(properties.publicBaseUrls()), properties.flowEnded());
    }

    /// The accounts served, by SID.
    public Set<String> servedAccounts() {
        return accounts.sids();
    }

    /// Whether any request can be proved; without a token none can.
    public boolean canProve() {
        return accounts.hasToken();
    }

    /// @param request read whole
    /// @param named the account SIDs that the request names, in no particular order
    public Proof check(ReceivedRequest request, Set<String> named) {
        var signed = checkSignature(request, named);
        if (signed instanceof Proved || passwordHash == null || request.endpoint() != Endpoint.FLOW_ENDED) {
            return signed;
        }
        if (showsPassword(request, passwordHash)) {
            return byPassword(named);
        }
        return signed instanceof Refused(var reason, var _)
                        && reason == Reason.MISSING
                        && request.authorization() == null
                ? new Refused(reason, true)
                : signed;
    }

    private Proof checkSignature(ReceivedRequest request, Set<String> named) {
        if (!accounts.hasToken()) {
            return new Refused(Reason.NO_TOKEN, false);
        }
        if (request.signatures().isEmpty() || request.signatures().getFirst().isEmpty()) {
            return new Refused(Reason.MISSING, false);
        }
        if (request.signatures().size() > 1) {
            return new Refused(Reason.REPEATED, false);
        }
        var given = request.signatures().getFirst().getBytes(ISO_8859_1);
        // a flow's end is whatever its author made it, and a stream tells of other accounts' events as well: an
        // account SID in them is no sender
        var namesSender = request.endpoint() != Endpoint.FLOW_ENDED && request.endpoint() != Endpoint.EVENT_STREAMS;
        var served = accounts.candidates(namesSender ? named : Set.of());
        var candidates = served.isEmpty() ? List.of(decoy) : served;

        // A form is signed by its parameters, anything else by the hash in the query. Whether Twilio ever adds the
        // hash to a form is not documented: it then proves the body as well as the parameters do.
        var hash = TwilioSignature.bodyHashIn(request.query());
        boolean isHashRight = hash != null && TwilioSignature.isHashOf(request.body(), hash);
        @Nullable Proved proved = null;
        if (request.isForm()) {
            var signedPart = TwilioSignature.signedPartOf(request.form());
            var byForm = find(request, candidates, signedPart, given);
            // A form of nothing is signed like a JSON request to the same URL: the signature of the one, captured,
            // must not prove the other.
            if (hash == null || isHashRight || signedPart.length > 0) {
                proved = byForm;
            }
        }
        if (hash != null || !request.isForm()) {
            var byHash = find(request, candidates, NOTHING, given);
            if (proved == null && isHashRight) {
                proved = byHash;
            }
        }

        if (served.isEmpty()) {
            return new Refused(Reason.ACCOUNT, false);
        }
        if (proved != null) {
            return proved;
        }
        return new Refused(!request.isForm() && !isHashRight ? Reason.BODY_HASH : Reason.MISMATCH, false);
    }

    private @Nullable Proved find(ReceivedRequest request, List<Account> candidates, byte[] signedPart, byte[] given) {
        @Nullable Proved found = null;
        for (var account : candidates) {
            for (int i = 0; i < account.tokens().size(); i++) {
                boolean matches = false;
                for (var url : publicUrls.candidates(request.path(), request.query())) {
                    var expected = TwilioSignature.of(account.tokens().get(i), url, signedPart);
                    matches |= MessageDigest.isEqual(expected, given);
                }
                if (matches && found == null) {
                    found = new Proved(account.sid(), i == 0 ? Means.PRIMARY : Means.SECONDARY);
                }
            }
        }
        return found;
    }

    private Proof byPassword(Set<String> named) {
        var served = accounts.candidates(named);
        return served.size() == 1 ? new Proved(served.getFirst().sid(), Means.PASSWORD) : new AccountNeeded();
    }

    private static boolean showsPassword(ReceivedRequest request, byte[] passwordHash) {
        var authorization = request.authorization();
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        byte[] credentials;
        try {
            credentials = Base64.getDecoder().decode(authorization.substring(6).strip());
        } catch (IllegalArgumentException e) {
            credentials = NOTHING;
        }
        return MessageDigest.isEqual(sha256(credentials), passwordHash);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

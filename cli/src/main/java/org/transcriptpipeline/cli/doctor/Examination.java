package org.transcriptpipeline.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.doctor.Diagnosis.Explained;
import org.transcriptpipeline.cli.doctor.Diagnosis.Unexplained;
import org.transcriptpipeline.cli.doctor.Diagnosis.Verifies;
import org.transcriptpipeline.signature.BaseUrl;
import org.transcriptpipeline.signature.TwilioSignature;

/// Looks for the fewest differences that make the signature right: it was made from one URL, one form and one
/// token, so what matches is what was signed.
final class Examination {

    private static final int MOST_TOKENS = 3;

    private final List<BaseUrl> configured;
    private final @Nullable String accountSid;
    private final List<Tokens.Candidate> tokens;
    private final TokenProbe probe;

    /// @param accountSid the account that requests should be from; null where it is not known
    Examination(List<BaseUrl> configured, @Nullable String accountSid, Tokens tokens, TokenProbe probe) {
        this.configured = List.copyOf(configured);
        this.accountSid = accountSid;
        this.tokens = tokens.candidates();
        this.probe = probe;
    }

    Diagnosis examine(SuspectRequest request) {
        if (request.signatures().isEmpty() || request.signatures().getFirst().isEmpty()) {
            return new Explained(List.of(Deviation.of(Cause.NO_SIGNATURE)), null);
        }
        for (var signature : request.signatures().stream().distinct().toList()) {
            for (var reading : request.readings().toList()) {
                var found = search(reading, signature.getBytes(ISO_8859_1));
                if (found != null) {
                    return request.signatures().size() == 1 ? found : withSeveralSignatures(found);
                }
            }
        }
        return request.signatures().size() > 1
                ? new Explained(List.of(Deviation.of(Cause.SEVERAL_SIGNATURES)), null)
                : unexplained(request.readings().findFirst().orElse(request));
    }

    private static Diagnosis withSeveralSignatures(Diagnosis found) {
        var several = Deviation.of(Cause.SEVERAL_SIGNATURES);
        return switch (found) {
            case Verifies _, Unexplained _ -> new Explained(List.of(several), null);
            case Explained(var deviations, var baseUrl) ->
                new Explained(
                        Stream.concat(Stream.of(several), deviations.stream()).toList(), baseUrl);
        };
    }

    private @Nullable Diagnosis search(SuspectRequest request, byte[] signature) {
        var urls = new UrlGuesses(configured, request).all();
        var forms = new FormGuesses(request, accountSid);
        var found = new ArrayList<Diagnosis>(1);
        for (int total = 0; total <= UrlGuesses.MOST_DEVIATIONS && found.isEmpty(); total++) {
            for (int inForm = 0; inForm <= total && found.isEmpty(); inForm++) {
                int inUrl = total - inForm;
                // with many tokens, many differences would take minutes
                var likely =
                        total <= 1 ? tokens : tokens.stream().limit(MOST_TOKENS).toList();
                var candidates = urls.stream()
                        .filter(url -> url.deviations().size() == inUrl)
                        .toList();
                forms.forEach(inForm, form -> {
                    if (found.isEmpty()) {
                        compare(request, candidates, likely, form, signature, found);
                    }
                });
            }
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private void compare(
            SuspectRequest request,
            List<UrlGuesses.Guess> urls,
            List<Tokens.Candidate> candidates,
            FormGuesses.Guess form,
            byte[] signature,
            List<Diagnosis> found) {
        for (var url : urls) {
            for (var token : candidates) {
                if (MessageDigest.isEqual(TwilioSignature.of(token.token(), url.url(), form.signedPart()), signature)) {
                    found.add(diagnosis(request, url, form, token));
                    return;
                }
            }
        }
    }

    private static Diagnosis diagnosis(
            SuspectRequest request, UrlGuesses.Guess url, FormGuesses.Guess form, Tokens.Candidate token) {
        var deviations = new ArrayList<Deviation>();
        if (token.deviation() != null) {
            deviations.add(token.deviation());
        }
        deviations.addAll(url.deviations());
        deviations.addAll(form.deviations());
        var hash = TwilioSignature.bodyHashIn(request.query());
        if (form.signedPart().length == 0 && hash != null && !TwilioSignature.isHashOf(request.body(), hash)) {
            deviations.add(Deviation.of(Cause.BODY_CHANGED));
        }
        if (deviations.isEmpty()) {
            return new Verifies();
        }
        boolean isOtherAddress = url.deviations().stream().anyMatch(deviation -> switch (deviation.cause()) {
            case SCHEME, HOST, PORT, PATH_PREFIX -> true;
            default -> false;
        });
        return new Explained(deviations, isOtherAddress ? url.baseUrl() : null);
    }

    private Diagnosis unexplained(SuspectRequest request) {
        var named = request.parameter("AccountSid");
        if (accountSid != null && named != null && !named.isEmpty() && !named.equals(accountSid)) {
            return new Explained(List.of(Deviation.of(Cause.OTHER_ACCOUNT)), null);
        }
        return switch (probe.ask()) {
            case REFUSED -> new Explained(List.of(new Deviation(Cause.WRONG_TOKEN, "Twilio refuses it too")), null);
            case ACCEPTED -> new Unexplained(DocumentedParameters.of(request).missingFrom(request), true);
            case UNKNOWN -> new Unexplained(DocumentedParameters.of(request).missingFrom(request), false);
        };
    }
}

package org.transcriptpipeline.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.cli.doctor.Diagnosis.Explained;
import org.transcriptpipeline.cli.doctor.Diagnosis.Unexplained;
import org.transcriptpipeline.cli.doctor.Diagnosis.Verifies;

/// A diagnosis as it is printed.
///
/// @param verdict `verifies`, `explained` or `unexplained`
/// @param refusedFor the reason that the service gave when it set the request aside
/// @param publicBaseUrl what PUBLIC_BASE_URL should be
/// @param missingParameters documented, and not in the request
@JsonInclude(JsonInclude.Include.NON_NULL)
record DiagnosisReport(
        String verdict,
        @Nullable String refusedFor,
        List<Finding> causes,
        @Nullable String publicBaseUrl,
        List<String> missingParameters) {

    /// @param cause a code; `docs/cli.md` lists them
    /// @param detail a name or a place
    /// @param advice what to set or change
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Finding(String cause, String what, @Nullable String detail, String advice) {}

    static DiagnosisReport of(Diagnosis diagnosis, @Nullable String refusedFor) {
        return switch (diagnosis) {
            case Verifies() -> new DiagnosisReport("verifies", refusedFor, List.of(), null, List.of());
            case Explained(var deviations, var publicBaseUrl) ->
                new DiagnosisReport(
                        "explained",
                        refusedFor,
                        deviations.stream().map(DiagnosisReport::finding).toList(),
                        publicBaseUrl,
                        List.of());
            case Unexplained(var missing, var isTokenRight) ->
                new DiagnosisReport(
                        "unexplained",
                        refusedFor,
                        isTokenRight || !missing.isEmpty()
                                ? List.of()
                                : List.of(finding(new Deviation(Cause.WRONG_TOKEN, "probably; Twilio was not asked"))),
                        null,
                        missing);
        };
    }

    int exitStatus() {
        return verdict.equals("unexplained") ? 1 : 0;
    }

    void print(PrintStream out) {
        if (refusedFor != null) {
            out.println("The service set it aside because of: " + refusedFor);
        }
        switch (verdict) {
            case "verifies" ->
                out.println("The signature is right with these settings. The service that refused it runs with others,"
                        + " or ran with others then.");
            case "explained" -> out.println("Cause:");
            default ->
                out.println("Not explained: another token, or something on the way changed the body or the URL"
                        + " in a way that cannot be guessed.");
        }
        for (var finding : causes) {
            out.println("  - " + finding.what() + (finding.detail() == null ? "" : " (" + finding.detail() + ")"));
            out.println("    " + finding.advice());
        }
        if (publicBaseUrl != null) {
            out.println("Set PUBLIC_BASE_URL=" + publicBaseUrl);
        }
        if (!missingParameters.isEmpty()) {
            out.println("Documented for this event, and not in the request; a gateway may have dropped them:");
            missingParameters.forEach(name -> out.println("  - " + name));
        }
    }

    private static Finding finding(Deviation deviation) {
        return new Finding(
                deviation.cause().code(),
                deviation.cause().what(),
                deviation.detail(),
                deviation.cause().advice());
    }
}

package org.transcriptpipeline.cli.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a request was refused.
sealed interface Diagnosis {

    /// With these settings it is not.
    record Verifies() implements Diagnosis {}

    /// The signature is right but for these differences.
    ///
    /// @param publicBaseUrl what to set; null where the address is not the cause
    record Explained(List<Deviation> deviations, @Nullable String publicBaseUrl) implements Diagnosis {
        public Explained {
            deviations = List.copyOf(deviations);
        }
    }

    /// Nothing that was tried makes the signature right.
    ///
    /// @param missing documented parameters that did not arrive
    /// @param isTokenRight whether Twilio takes the token; false where it was not asked
    record Unexplained(List<String> missing, boolean isTokenRight) implements Diagnosis {
        public Unexplained {
            missing = List.copyOf(missing);
        }
    }
}

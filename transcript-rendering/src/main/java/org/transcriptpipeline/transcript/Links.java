package org.transcriptpipeline.transcript;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Where the operator goes from the mail. Null: nowhere.
///
/// @param answerAt where the customer is answered
/// @param take where the operator says "I have it"
public record Links(@Nullable URI answerAt, @Nullable URI take) {

    public static final Links NONE = new Links(null, null);

    /// Shows no link: one of them is a secret.
    @Override
    public String toString() {
        return "Links";
    }
}

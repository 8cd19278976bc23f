package org.transcriptpipeline.transcript;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an error code means, in plain words of a language.
@FunctionalInterface
public interface ErrorTexts {

    /// Knows none: the transcript says what the snapshot holds, which is English.
    ErrorTexts OF_THE_SNAPSHOT = (_, _) -> null;

    /// @return null where the code, or the code in this language, is not known
    @Nullable
    ErrorText of(int code, Locale language);

    /// @param meaning what happened
    /// @param advice what to do about it
    record ErrorText(String meaning, String advice) {}
}

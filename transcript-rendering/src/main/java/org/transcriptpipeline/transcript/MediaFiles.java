package org.transcriptpipeline.transcript;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the bytes of media are.
@FunctionalInterface
public interface MediaFiles {

    /// Has none: media are named and not attached.
    MediaFiles NONE = _ -> null;

    /// @param sha256 lower-case hexadecimal
    /// @return a file that stays as it is; null where there is none
    @Nullable
    Path of(String sha256);
}

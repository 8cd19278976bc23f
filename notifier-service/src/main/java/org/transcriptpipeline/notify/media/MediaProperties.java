package org.transcriptpipeline.notify.media;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param directory where the archiver keeps the files. Blank: media are named in a mail and not attached
/// @param largestAttachment size of one file that is attached
/// @param largestInMail size of all of them in one mail
@ConfigurationProperties("transcripts.media")
record MediaProperties(
        @Nullable String directory,
        @DefaultValue("5MB") DataSize largestAttachment,
        @DefaultValue("10MB") DataSize largestInMail) {

    MediaProperties {
        directory = directory == null || directory.isBlank() ? null : directory.strip();
        if (largestAttachment.isNegative() || largestInMail.isNegative()) {
            throw new IllegalArgumentException(
                    "transcripts.media.largest-attachment and largest-in-mail must not be negative");
        }
    }
}

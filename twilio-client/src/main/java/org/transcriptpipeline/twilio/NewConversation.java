package org.transcriptpipeline.twilio;

import org.jspecify.annotations.Nullable;

/// A conversation to be created.
///
/// @param uniqueName makes creating it twice impossible: the second attempt is refused with code 50353
/// @param attributes JSON text
/// @param messagingServiceSid `MG…`; null for the service's default
public record NewConversation(
        String uniqueName,
        @Nullable String friendlyName,
        @Nullable String attributes,
        @Nullable String messagingServiceSid) {

    @Override
    public String toString() {
        return "NewConversation[" + messagingServiceSid + "]";
    }
}

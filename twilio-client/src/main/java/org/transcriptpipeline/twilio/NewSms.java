package org.transcriptpipeline.twilio;

import org.jspecify.annotations.Nullable;

/// A message to be sent outside of any conversation.
///
/// @param from a number of ours, or the SID of a messaging service, `MG…`
/// @param statusCallback where Twilio tells what becomes of it; null for the messaging service's own setting
public record NewSms(
        String to, String from, String body, @Nullable String statusCallback) {

    @Override
    public String toString() {
        return "NewSms[]";
    }
}

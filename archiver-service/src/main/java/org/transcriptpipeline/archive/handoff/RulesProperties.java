package org.transcriptpipeline.archive.handoff;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the rules are made from; the notifier has the same settings.
///
/// @param rules `HANDOFF_RULES`, path of the file
/// @param emailTo `HANDOFF_EMAIL_TO`
/// @param webhookUrl `HANDOFF_WEBHOOK_URL`
/// @param webhookSecret `HANDOFF_WEBHOOK_SECRET`, checked only
@ConfigurationProperties("transcripts.handoff")
record RulesProperties(
        @Nullable String rules,
        @DefaultValue List<String> emailTo,
        @Nullable String webhookUrl,
        @Nullable String webhookSecret) {

    RulesProperties {
        emailTo = List.copyOf(emailTo);
    }

    /// Shows no address and no secret.
    @Override
    public String toString() {
        return "RulesProperties[" + emailTo.size() + " recipients]";
    }
}

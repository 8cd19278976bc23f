package org.transcriptpipeline.notify.rules;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.transcriptpipeline.rules.FollowUps;
import org.transcriptpipeline.rules.RuleSettings;
import org.transcriptpipeline.rules.Settling;

/// @param rules path of the file of rules; null: there is none
/// @param emailTo mail addresses, each of which gets a mail of its own, of whatever no rule of the file takes
/// @param webhookUrl where the same is posted to
/// @param webhookSecret signs that
/// @param timeZone in which transcripts tell times where no rule says another, `Europe/Berlin` for instance; it is
/// named
///     beside every time
/// @param consoleBaseUrl where the archiver's console is reached, for the link "I have it"
/// @param linkSecret makes that link, at least 32 characters; the archiver has the same
@ConfigurationProperties("transcripts.handoff")
record RulesProperties(
        @Nullable String rules,
        @DefaultValue List<String> emailTo,
        @Nullable String webhookUrl,
        @Nullable String webhookSecret,
        @DefaultValue("UTC") ZoneId timeZone,
        @Nullable String consoleBaseUrl,
        @Nullable String linkSecret) {

    RulesProperties {
        emailTo = List.copyOf(emailTo);
    }

    RuleSettings settings() {
        return new RuleSettings(
                rules == null || rules.isBlank() ? null : Path.of(rules.strip()),
                emailTo,
                webhookUrl,
                webhookSecret,
                timeZone,
                Settling.USUAL,
                FollowUps.USUAL);
    }

    /// Shows no address and no secret.
    @Override
    public String toString() {
        return "RulesProperties[" + emailTo.size() + " recipients]";
    }
}

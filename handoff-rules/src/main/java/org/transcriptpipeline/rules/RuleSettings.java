package org.transcriptpipeline.rules;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the rules of this installation are made from; see [HandoffRules#effective].
///
/// @param file `HANDOFF_RULES`; null: there is none
/// @param emailTo `HANDOFF_EMAIL_TO`
/// @param webhookUrl `HANDOFF_WEBHOOK_URL`
/// @param webhookSecret `HANDOFF_WEBHOOK_SECRET`
/// @param zone in which times are told where the file says nothing else
/// @param settling of rules that say nothing else
/// @param followUps likewise
public record RuleSettings(
        @Nullable Path file,
        List<String> emailTo,
        @Nullable String webhookUrl,
        @Nullable String webhookSecret,
        ZoneId zone,
        Settling settling,
        FollowUps followUps) {

    /// Addresses are stripped and each is kept once, texts without a letter count as not set.
    public RuleSettings {
        emailTo = List.copyOf(new LinkedHashSet<>(
                emailTo.stream().map(String::strip).filter(a -> !a.isEmpty()).toList()));
        webhookUrl = orNull(webhookUrl);
        webhookSecret = orNull(webhookSecret);
    }

    /// Of a program that reads environment variables only.
    ///
    /// @throws RulesException when one of them cannot be read
    public static RuleSettings of(Function<String, @Nullable String> environment) {
        var file = orNull(environment.apply("HANDOFF_RULES"));
        var addresses = orNull(environment.apply("HANDOFF_EMAIL_TO"));
        var zone = orNull(environment.apply("TRANSCRIPTS_HANDOFF_TIMEZONE"));
        try {
            return new RuleSettings(
                    file == null ? null : Path.of(file),
                    addresses == null ? List.of() : Arrays.asList(addresses.split(",")),
                    environment.apply("HANDOFF_WEBHOOK_URL"),
                    environment.apply("HANDOFF_WEBHOOK_SECRET"),
                    ZoneId.of(zone == null ? "UTC" : zone),
                    Settling.USUAL,
                    FollowUps.USUAL);
        } catch (InvalidPathException e) {
            throw new RulesException("HANDOFF_RULES is no path of a file.");
        } catch (DateTimeException e) {
            throw new RulesException("TRANSCRIPTS_HANDOFF_TIMEZONE is no time zone, as Europe/Berlin is.");
        }
    }

    /// The same, but for the file.
    public RuleSettings withFile(Path other) {
        return new RuleSettings(other, emailTo, webhookUrl, webhookSecret, zone, settling, followUps);
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /// Shows no address and no secret.
    @Override
    public String toString() {
        return "RuleSettings[" + emailTo.size() + " addresses]";
    }
}

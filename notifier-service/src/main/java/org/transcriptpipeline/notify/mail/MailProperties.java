package org.transcriptpipeline.notify.mail;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param emailFrom the sender, `pipeline@example.com` or `Transcripts <pipeline@example.com>`; required with a mail
///     destination
/// @param outboxDirectory where mails are written as `.eml` files while no SMTP server is configured; standalone
///     sets it, elsewhere a mail destination needs `SPRING_MAIL_HOST`
/// @param channelPause how long nothing is sent after the server refused our password; doubles each time
/// @param longestChannelPause the longest such pause
@ConfigurationProperties("transcripts.handoff")
record MailProperties(
        @Nullable String emailFrom,
        @Nullable Path outboxDirectory,
        @DefaultValue("5m") Duration channelPause,
        @DefaultValue("1h") Duration longestChannelPause) {

    /// Shows no address.
    @Override
    public String toString() {
        return "MailProperties[outbox " + (outboxDirectory != null) + "]";
    }
}

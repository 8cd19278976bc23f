package org.transcriptpipeline.notify.mail;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.notify.channel.Outcome;

/// Writes mails as `.eml` files, for a machine without a mail server. The name comes from the Message-ID, so what is
/// there already was handed over: this way out needs no doubt.
final class OutboxMailer implements Mailer {

    private static final Logger log = LoggerFactory.getLogger(OutboxMailer.class);
    private static final String SUFFIX = ".eml";

    private final Path directory;

    OutboxMailer(Path directory) {
        this.directory = directory;
    }

    @Override
    public Outcome send(RenderedMail mail) {
        var file = directory.resolve(fileName(mail.messageId()));
        try {
            if (Files.exists(file)) {
                return new Outcome.Sent(
                        "already in the outbox as " + file.getFileName(),
                        RenderedMail.sha256(file),
                        SmtpReply.COMPLETED);
            }
            write(file, mail.file());
        } catch (IOException e) {
            return new Outcome.TryLater("the outbox: " + e.getClass().getSimpleName(), null, null);
        }
        log.atInfo().addKeyValue("file", file).log("Mail written");
        return new Outcome.Sent("written to the outbox as " + file.getFileName(), mail.sha256(), SmtpReply.COMPLETED);
    }

    static String fileName(String messageId) {
        return messageId.replaceAll("[^A-Za-z0-9._@-]", "") + SUFFIX;
    }

    /// Whole or not at all, also when the power goes: a reader never sees a part, and a name that is there stays.
    private void write(Path file, Path mail) throws IOException {
        Files.createDirectories(directory);
        var unfinished = Files.createTempFile(directory, ".", ".unfinished");
        try {
            try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                Files.copy(mail, Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }
}

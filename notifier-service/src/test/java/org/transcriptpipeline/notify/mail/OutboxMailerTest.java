package org.transcriptpipeline.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.InternetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.transcriptpipeline.notify.channel.Outcome;

class OutboxMailerTest {

    @TempDir
    private Path directory;

    @Test
    void aMailIsAFileOfExactlyTheBytesOfItsHash() throws Exception {
        var outbox = directory.resolve("not/there/yet");
        try (var mail = aMail("first")) {
            var outcome = new OutboxMailer(outbox).send(mail);

            var file = outbox.resolve("one@example.com.eml");
            assertThat(outcome)
                    .isEqualTo(new Outcome.Sent(
                            "written to the outbox as one@example.com.eml", mail.sha256(), SmtpReply.COMPLETED));
            assertThat(file).hasSameBinaryContentAs(mail.file());
            assertThat(RenderedMail.sha256(file)).isEqualTo(mail.sha256());
            try (var files = Files.list(outbox)) {
                assertThat(files).as("nothing unfinished stays").containsExactly(file);
            }
        }
    }

    @Test
    void whatIsThereAlreadyWasHandedOverAndStays() throws Exception {
        var mailer = new OutboxMailer(directory);
        try (var first = aMail("first");
                var second = aMail("second")) {
            mailer.send(first);

            assertThat(mailer.send(second))
                    .isEqualTo(new Outcome.Sent(
                            "already in the outbox as one@example.com.eml", first.sha256(), SmtpReply.COMPLETED));
            assertThat(directory.resolve("one@example.com.eml")).hasSameBinaryContentAs(first.file());
        }
    }

    @Test
    void anOutboxThatCannotBeWrittenIsTriedLater() throws Exception {
        var noDirectory = Files.writeString(directory.resolve("file"), "");
        try (var mail = aMail("first")) {
            assertThat(new OutboxMailer(noDirectory).send(mail)).isInstanceOf(Outcome.TryLater.class);
        }
    }

    private static RenderedMail aMail(String text) throws Exception {
        return RenderedMail.of(
                new OutgoingMail(
                        "<one@example.com>",
                        "anna@example.com",
                        "Handoff",
                        text,
                        "<p>" + text + "</p>",
                        List.of(),
                        null,
                        List.of(),
                        1,
                        Instant.EPOCH),
                new InternetAddress("pipeline@example.com"));
    }
}

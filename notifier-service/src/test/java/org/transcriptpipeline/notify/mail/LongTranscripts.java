package org.transcriptpipeline.notify.mail;

import jakarta.mail.internet.InternetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.transcriptpipeline.rules.Presentation;
import org.transcriptpipeline.rules.Presentation.Form;
import org.transcriptpipeline.transcript.Links;
import org.transcriptpipeline.transcript.Snapshots;
import org.transcriptpipeline.transcript.TranscriptRenderer;

/// A process that makes ten mails of 10 000 messages each, with every attachment, and says how large they are.
final class LongTranscripts {

    static final int MAILS = 10;
    static final int MESSAGES = 10_000;

    private LongTranscripts() {}

    public static void main(String[] arguments) throws Exception {
        var renderer = TranscriptRenderer.usual();
        var presentation = new Presentation(Locale.ENGLISH, ZoneId.of("UTC"), Set.of(Form.values()), Map.of());
        for (int mail = 1; mail <= MAILS; mail++) {
            var snapshot = Snapshots.aSnapshot();
            for (int i = 1; i <= MESSAGES; i++) {
                snapshot.with(Snapshots.aMessage()
                        .saying("message " + i + " of transcript " + mail + ": is Bella still there? Ist sie gesund?"
                                + " Здравствуйте, 你好 & <b>שלום</b> 🐶"));
            }
            try (var transcript = renderer.render(snapshot.build(), null, presentation, Links.NONE);
                    var rendered = RenderedMail.of(
                            new OutgoingMail(
                                    "<" + mail + "@example.com>",
                                    "anna@example.com",
                                    transcript.subject(),
                                    transcript.text(),
                                    transcript.html(),
                                    transcript.attachments(),
                                    null,
                                    List.of(),
                                    1,
                                    Instant.EPOCH),
                            new InternetAddress("pipeline@example.com"))) {
                System.out.println("mail " + rendered.size() + " bytes, "
                        + transcript.attachments().size()
                        + " attachments, whole "
                        + java.nio.file.Files.readString(
                                        transcript.attachments().getFirst().file())
                                .contains("message " + MESSAGES / 2 + " of"));
            }
        }
    }
}

package org.transcriptpipeline.notify.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.notify.channel.Channel;
import org.transcriptpipeline.notify.channel.Consignment;
import org.transcriptpipeline.notify.channel.Gate;
import org.transcriptpipeline.notify.channel.Outcome;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.rules.Target;
import org.transcriptpipeline.transcript.RenderedTranscript;
import org.transcriptpipeline.transcript.TranscriptRenderer;

/// The way out for all mails. There is one mail server, so there is one gate: a refused password is everybody's.
///
/// A recipient whom the rules have no more still gets what was planned: the ledger knows the address.
public final class MailChannel implements Channel {

    private final TranscriptRenderer renderer;
    private final Mailer mailer;
    private final @Nullable InternetAddress sender;
    private final Gate gate;

    MailChannel(TranscriptRenderer renderer, Mailer mailer, @Nullable InternetAddress sender, Gate gate) {
        this.renderer = renderer;
        this.mailer = mailer;
        this.sender = sender;
        this.gate = gate;
    }

    @Override
    public DestinationKind kind() {
        return DestinationKind.EMAIL;
    }

    @Override
    public Gate gate(Delivery delivery) {
        return gate;
    }

    @Override
    public Prepared prepare(Consignment consignment) {
        var transcript = renderer.render(
                consignment.snapshot(), consignment.previous(), consignment.presentation(), consignment.links());
        return new Ready(new Mail(consignment, transcript));
    }

    private final class Mail implements Parcel {

        private final Consignment consignment;
        private final RenderedTranscript transcript;

        private Mail(Consignment consignment, RenderedTranscript transcript) {
            this.consignment = consignment;
            this.transcript = transcript;
        }

        @Override
        public Outcome handOver(int attempt, Instant now) {
            if (sender == null) {
                return new Outcome.Broken("no sender is configured", null);
            }
            try (var rendered = RenderedMail.of(mail(attempt, now), sender)) {
                return mailer.send(rendered);
            } catch (AddressException e) {
                return new Outcome.Refused("not an address", null);
            } catch (MessagingException | IOException | RuntimeException e) {
                return new Outcome.TryLater(
                        "the mail cannot be built: " + e.getClass().getSimpleName(), null, null);
            }
        }

        private OutgoingMail mail(int attempt, Instant now) {
            return new OutgoingMail(
                    consignment.delivery().messageId(),
                    consignment.delivery().key().destination().address(),
                    transcript.subject(),
                    transcript.text(),
                    transcript.html(),
                    transcript.attachments(),
                    replyTo(),
                    consignment.references(),
                    attempt,
                    now);
        }

        private @Nullable String replyTo() {
            var destination = consignment.destination();
            return destination != null && destination.target() instanceof Target.Email(var _, var replyTo)
                    ? replyTo
                    : null;
        }

        @Override
        public String templateVersion() {
            return renderer.templateVersion();
        }

        @Override
        public void close() {
            transcript.close();
        }
    }
}

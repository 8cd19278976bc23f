package org.transcriptpipeline.notify.mail;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way out for all mails, and whether it is open. When the server refuses our password nothing is sent for a
/// while (`faults.md` N19); then one mail tries, and the others wait for what becomes of it. So does the very first
/// one.
public final class MailChannel {

    private static final Logger log = LoggerFactory.getLogger(MailChannel.class);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(1);

    private final Mailer mailer;
    private final @Nullable InternetAddress sender;
    private final Duration firstPause;
    private final Duration longestPause;
    private final LongSupplier nanoTime;

    private boolean proven;
    private boolean trying;
    private int failures;
    private long closedUntilNanos;
    private @Nullable String trouble;

    MailChannel(
            Mailer mailer,
            @Nullable InternetAddress sender,
            Duration firstPause,
            Duration longestPause,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.mailer = mailer;
        this.sender = sender;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.nanoTime = nanoTime;
        this.closedUntilNanos = nanoTime.getAsLong();
        Gauge.builder("transcripts_mail_channel_paused", this, c -> c.isPaused() ? 1 : 0)
                .description("1 while nothing is sent because the mail server refuses us")
                .strongReference(true)
                .register(meters);
    }

    /// Whether a mail may be sent now.
    public sealed interface Entrance {}

    /// It may. Whoever is told this calls [#send] next, or [#leave]: while the channel is not proven, all others
    /// wait.
    public record Open() implements Entrance {}

    /// It may not; ask again after this.
    public record Closed(Duration until) implements Entrance {}

    public synchronized Entrance enter() {
        long left = closedUntilNanos - nanoTime.getAsLong();
        if (left > 0) {
            return new Closed(Duration.ofNanos(left).plus(LOOK_AGAIN_AFTER));
        }
        if (proven) {
            return new Open();
        }
        if (trying) {
            return new Closed(LOOK_AGAIN_AFTER);
        }
        trying = true;
        return new Open();
    }

    /// To be called by whoever was let in and sends nothing after all.
    public synchronized void leave() {
        trying = false;
    }

    /// Hands a mail over. Never throws.
    public MailOutcome send(OutgoingMail mail) {
        var outcome = handOver(mail);
        settle(outcome);
        return outcome;
    }

    private MailOutcome handOver(OutgoingMail mail) {
        if (sender == null) {
            return new MailOutcome.ChannelBroken("no sender is configured", null);
        }
        try (var rendered = RenderedMail.of(mail, sender)) {
            return mailer.send(rendered);
        } catch (AddressException e) {
            return new MailOutcome.Refused("not an address", null);
        } catch (MessagingException | IOException | RuntimeException e) {
            return new MailOutcome.TryLater(
                    "the mail cannot be built: " + e.getClass().getSimpleName(), null);
        }
    }

    private synchronized void settle(MailOutcome outcome) {
        trying = false;
        switch (outcome) {
            case MailOutcome.Sent(var _, var _) -> open();
            case MailOutcome.Refused(var _, var code) -> {
                if (code != null) {
                    open(); // the server let us in and said what it thinks
                }
            }
            case MailOutcome.TryLater(var _, var code) ->
                trouble = code == null ? "the mail server does not answer" : "the mail server says " + code;
            case MailOutcome.Unanswered(var _) -> trouble = "the mail server does not answer";
            case MailOutcome.ChannelBroken(var reason, var code) -> close(code == null ? reason : "SMTP " + code);
        }
    }

    private void open() {
        proven = true;
        failures = 0;
        trouble = null;
    }

    private void close(String why) {
        proven = false;
        trouble = why;
        if (closedUntilNanos - nanoTime.getAsLong() > 0) {
            return; // several were on their way; one of them has closed it
        }
        var pause = firstPause.multipliedBy(1L << Math.min(failures, 20));
        pause = pause.compareTo(longestPause) > 0 ? longestPause : pause;
        failures++;
        closedUntilNanos = nanoTime.getAsLong() + pause.toNanos();
        log.atError()
                .addKeyValue("reason", why)
                .addKeyValue("pauseSeconds", pause.toSeconds())
                .log("The mail server refuses us; no mail goes out until it is mended");
    }

    /// How long nothing is sent from now on; a second where it is open.
    public synchronized Duration pause() {
        var left = Duration.ofNanos(closedUntilNanos - nanoTime.getAsLong());
        return (left.isNegative() ? Duration.ZERO : left).plus(LOOK_AGAIN_AFTER);
    }

    synchronized boolean isPaused() {
        return failures > 0;
    }

    /// What is wrong, without an address; null where nothing is.
    synchronized @Nullable String trouble() {
        return trouble;
    }
}

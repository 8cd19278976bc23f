package org.transcriptpipeline.notify.mail;

/// There is no way out. Only what was planned under other settings ever comes here, and it waits.
final class NoMailer implements Mailer {

    @Override
    public MailOutcome send(RenderedMail mail) {
        return new MailOutcome.ChannelBroken("no mail server is configured", null);
    }
}

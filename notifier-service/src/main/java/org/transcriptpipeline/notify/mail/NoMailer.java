package org.transcriptpipeline.notify.mail;

import org.transcriptpipeline.notify.channel.Outcome;

/// There is no way out. Only what was planned under other settings ever comes here, and it waits.
final class NoMailer implements Mailer {

    @Override
    public Outcome send(RenderedMail mail) {
        return new Outcome.Broken("no mail server is configured", null);
    }
}

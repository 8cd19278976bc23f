package org.transcriptpipeline.notify.mail;

import org.transcriptpipeline.notify.channel.Outcome;

/// A way out for mails.
interface Mailer {

    Outcome send(RenderedMail mail);
}

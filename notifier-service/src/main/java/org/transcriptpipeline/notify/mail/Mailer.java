package org.transcriptpipeline.notify.mail;

/// A way out for mails.
interface Mailer {

    MailOutcome send(RenderedMail mail);
}

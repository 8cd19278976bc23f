package org.transcriptpipeline.pipeline;

import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// A mail as the catcher holds it.
record CaughtMail(String messageId, Mail mail) {

    /// What lies in this person's mailbox.
    static List<CaughtMail> of(String recipient, int imapPort) throws MessagingException, IOException {
        var settings = new Properties();
        settings.put("mail.imap.connectiontimeout", "5000");
        settings.put("mail.imap.timeout", "10000");
        try (var store = Session.getInstance(settings).getStore("imap")) {
            store.connect("127.0.0.1", imapPort, recipient, recipient); // the catcher asks for no password
            try (var inbox = store.getFolder("INBOX")) {
                inbox.open(Folder.READ_ONLY);
                var caught = new ArrayList<CaughtMail>();
                for (var message : inbox.getMessages()) {
                    var mime = (MimeMessage) message;
                    caught.add(new CaughtMail(mime.getMessageID(), Mail.of(mime)));
                }
                return caught;
            }
        }
    }
}

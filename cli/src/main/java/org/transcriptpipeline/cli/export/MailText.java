package org.transcriptpipeline.cli.export;

import java.io.IOException;
import java.io.Writer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A transcript to read: a line for each message that begins at the margin, and nothing of what somebody wrote does, so
/// that no text can pass for a message.
final class MailText {

    private static final String INDENT = "    ";
    private static final String END = "\r\n";

    private final Writer out;

    MailText(Writer out) {
        this.out = out;
    }

    void head(Fields conversation) throws IOException {
        line("Conversation", conversation.text("conversation_sid"));
        line("Account", conversation.text("account_sid"));
        line("Name", conversation.text("friendly_name"));
        line("Channel", conversation.text("channel"));
        line("Customer", String.join(", ", conversation.texts("customer_addresses")));
        line("Our address", conversation.text("our_address"));
        line("Started", conversation.text("started_at"));
        line("Last message", conversation.text("last_message_at"));
        line("Closed", conversation.text("closed_at"));
        line("Messages", conversation.text("message_count"));
        line("Not delivered", conversation.text("failed_count"));
        line("Missing", conversation.text("missing_count"));
        line("Verdict", conversation.text("verdict") + ": " + conversation.text("verdict_reason"));
        out.write(END);
    }

    private void line(String name, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            out.write(name + ": " + VisibleText.of(value.replaceAll("\\R", " ")) + END);
        }
    }

    void message(Fields message) throws IOException {
        out.write("[" + message.textOr("sent_at", "time not known") + "] " + message.text("author_kind"));
        var author = message.text("author");
        if (author != null) {
            out.write(" " + VisibleText.of(author.replaceAll("\\R", " ")));
        }
        out.write(state(message) + END);
        if (message.time("removed_at") == null) {
            indented(message.text("body"));
        }
        if (!"0".equals(message.text("media_count"))) {
            out.write(INDENT + "(attachments: " + message.text("media_count") + ")" + END);
        }
    }

    private static String state(Fields message) {
        var state = new StringBuilder();
        if (message.time("removed_at") != null) {
            state.append(", removed ").append(message.text("removed_at"));
        } else if (message.time("edited_at") != null) {
            state.append(", edited ").append(message.text("edited_at"));
        }
        var delivery = message.text("delivery_status");
        if (delivery != null) {
            state.append(", ").append(VisibleText.of(delivery));
            var code = message.text("delivery_error_code");
            if (code != null) {
                state.append(" (error ").append(code).append(')');
            }
        }
        return state.toString();
    }

    private void indented(@Nullable String body) throws IOException {
        if (body != null) {
            for (var line : body.split("\\R", -1)) {
                out.write(INDENT + VisibleText.of(line) + END);
            }
        }
    }

    void attachment(Fields media) throws IOException {
        out.write("Attachment of " + media.text("message_sid") + ": "
                + VisibleText.of(Objects.toString(media.text("filename"), "without a name")
                        .replaceAll("\\R", " "))
                + " ("
                + VisibleText.of(media.textOr("content_type", "unknown type").replaceAll("\\R", " ")) + ", "
                + media.textOr("size_bytes", "unknown") + " bytes)" + END);
    }
}

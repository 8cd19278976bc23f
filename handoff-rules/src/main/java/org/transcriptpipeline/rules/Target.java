package org.transcriptpipeline.rules;

import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of destination and what each needs to be reached.
public sealed interface Target {

    /// @param to each gets a mail of its own
    /// @param replyTo where an answer to the mail goes; null: to its sender
    record Email(List<String> to, @Nullable String replyTo) implements Target {
        public Email {
            to = List.copyOf(to);
        }

        @Override
        public String toString() {
            return "Email[" + to.size() + "]";
        }
    }

    /// @param secret signs what is sent, in the form of Standard Webhooks
    record Webhook(URI url, String secret) implements Target {

        static final int SHORTEST_KEY = 24; // bytes, by Standard Webhooks
        private static final String PREFIX = "whsec_";

        /// What signs, as bytes: the secret is their Base64, with `whsec_` before it or without.
        ///
        /// @throws IllegalArgumentException when it is not
        public byte[] key() {
            return Base64.getDecoder().decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
        }

        /// Whether the secret can sign.
        boolean hasKey() {
            try {
                return key().length >= SHORTEST_KEY;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "Webhook";
        }
    }

    /// @param url of a Slack incoming webhook, a secret as a whole
    record Slack(URI url) implements Target {
        @Override
        public String toString() {
            return "Slack";
        }
    }

    /// @param path in which each transcript becomes a directory of files
    record Directory(Path path) implements Target {}
}

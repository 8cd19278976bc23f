package org.transcriptpipeline.notify.channel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What came of handing something over. Reasons and responses may be the other side's words, which name addresses: they
/// go into the ledger and nowhere else.
public sealed interface Outcome {

    /// The other side's reply code that decided, of SMTP or HTTP; null where there was none.
    @Nullable
    Integer code();

    /// The other side took it.
    ///
    /// @param contentSha256 of what was handed over, lower-case hexadecimal
    record Sent(
            String response, String contentSha256, @Nullable Integer code) implements Outcome {
        @Override
        public String toString() {
            return "Sent[" + code + "]";
        }
    }

    /// Not now.
    ///
    /// @param after how long the other side wants to be left alone; null: it does not say
    record TryLater(
            String reason, @Nullable Integer code, @Nullable Duration after) implements Outcome {
        @Override
        public String toString() {
            return "TryLater[" + code + "]";
        }
    }

    /// It was handed over to its end, and no answer came: nobody knows whether it was taken, and to repeat it may be to
    /// double it.
    record Unanswered(String reason) implements Outcome {
        @Override
        public @Nullable Integer code() {
            return null;
        }

        @Override
        public String toString() {
            return "Unanswered";
        }
    }

    /// Never.
    record Refused(String reason, @Nullable Integer code) implements Outcome {
        @Override
        public String toString() {
            return "Refused[" + code + "]";
        }
    }

    /// Nothing can go out this way until somebody mends the set-up: credentials that are refused, a certificate that
    /// does not hold. Trying on would lock the account.
    record Broken(String reason, @Nullable Integer code) implements Outcome {
        @Override
        public String toString() {
            return "Broken[" + code + "]";
        }
    }
}

package org.transcriptpipeline.twilio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Twilio did not do what was asked. The message names method, path pattern, HTTP status and Twilio's code, never a
/// query, a body or an address.
///
/// A call that changes something and ends in [Unavailable], [Unusable] or [Interrupted] may have been carried out:
/// look before you ask again.
public abstract sealed class TwilioException extends RuntimeException {

    private final @Nullable Integer status;
    private final @Nullable Integer code;

    private TwilioException(String message, @Nullable Integer status, @Nullable Integer code) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /// The HTTP status; null where there was no answer.
    public @Nullable Integer status() {
        return status;
    }

    /// Twilio's own code, 50353 for instance; null where it gave none.
    public @Nullable Integer code() {
        return code;
    }

    /// What was asked for does not exist: status 404 with Twilio's code 20404. A 404 without that code is no word of
    /// Twilio's and is [Unusable].
    public static final class NotFound extends TwilioException {
        NotFound(String message) {
            super(message, 404, 20404);
        }
    }

    /// Status 401 or 403: the credentials are wrong, or not good for this. It will not get better by itself.
    public static final class Unauthorised extends TwilioException {
        Unauthorised(String message, int status, @Nullable Integer code) {
            super(message, status, code);
        }
    }

    /// Too many requests: Twilio said so (status 429 or code 20429, and did nothing), or the account's rate budget
    /// would have taken longer than this call may last (no status, nothing was sent).
    public static final class RateLimited extends TwilioException {
        private final @Nullable Duration retryAfter;

        RateLimited(String message, @Nullable Integer status, @Nullable Integer code, @Nullable Duration retryAfter) {
            super(message, status, code);
            this.retryAfter = retryAfter;
        }

        /// How long to wait at least; null where Twilio did not say. At most five minutes.
        public @Nullable Duration retryAfter() {
            return retryAfter;
        }
    }

    /// Status 5xx, no connection, or no complete answer in time. It may pass.
    public static final class Unavailable extends TwilioException {
        Unavailable(String message, @Nullable Integer status, @Nullable Integer code) {
            super(message, status, code);
        }
    }

    /// An answer that cannot be Twilio's, or not a whole one: not JSON, a list without its items, a redirect, a page
    /// that was there before, a page on another host. Nothing follows from it about what Twilio has.
    public static final class Unusable extends TwilioException {
        Unusable(String message, @Nullable Integer status) {
            super(message, status, null);
        }
    }

    /// Any other 4xx: Twilio understood and declined; [#code()] says why.
    public static final class Refused extends TwilioException {
        Refused(String message, int status, @Nullable Integer code) {
            super(message, status, code);
        }
    }

    /// The thread was interrupted while it waited; its flag is set again.
    public static final class Interrupted extends TwilioException {
        Interrupted(String message) {
            super(message, null, null);
        }
    }
}

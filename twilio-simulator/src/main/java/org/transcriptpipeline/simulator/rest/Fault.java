package org.transcriptpipeline.simulator.rest;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What goes wrong with an answer.
public sealed interface Fault {

    /// Refused with this status and Twilio's error body, and nothing done.
    ///
    /// @param retryAfter a header that Twilio does not promise
    record Status(int status, @Nullable Duration retryAfter) implements Fault {}

    /// Refused with a page of HTML, as by a proxy on the way, and nothing done.
    record Html(int status) implements Fault {}

    /// Sent elsewhere, and nothing done.
    record Redirect(URI to) implements Fault {}

    /// Done, but the answer's JSON or file is cut off in the middle, with the length of what is left.
    record CutOff() implements Fault {}

    /// A list that names the same page as the next one, again and again.
    record RepeatedPageToken() implements Fault {}

    /// Done and answered, late.
    record Late(Duration by) implements Fault {}

    /// Done, but the connection ends without an answer.
    record Reset() implements Fault {}

    static Fault status(int status) {
        return new Status(status, null);
    }

    static Fault tooManyRequests() {
        return status(429);
    }

    static Fault tooManyRequests(Duration retryAfter) {
        return new Status(429, retryAfter);
    }
}

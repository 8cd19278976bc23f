package org.transcriptpipeline.simulator.world;

/// What Twilio does not do. Carries the HTTP status and Twilio's own error code
/// (https://www.twilio.com/docs/api/errors); the message names SIDs at most.
public final class TwilioRefusal extends RuntimeException {

    private final int status;
    private final int code;

    public TwilioRefusal(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /// Nothing is there, or nothing that this path leads to.
    public static TwilioRefusal notFound(String what) {
        return new TwilioRefusal(404, 20404, "The requested resource " + what + " was not found");
    }

    /// The general code: what Twilio has for this very case is not documented.
    public static TwilioRefusal badRequest(String problem) {
        return new TwilioRefusal(400, 20001, problem);
    }

    public int status() {
        return status;
    }

    public int code() {
        return code;
    }
}

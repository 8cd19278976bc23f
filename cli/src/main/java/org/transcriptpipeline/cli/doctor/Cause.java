package org.transcriptpipeline.cli.doctor;

import java.util.Locale;

/// What can be between the request that Twilio signed and the one that arrived; and what to do about it.
enum Cause {
    NO_SIGNATURE(
            "the request has no X-Twilio-Signature",
            "Twilio did not send it, or something on the way removes the header: let it through."),
    SEVERAL_SIGNATURES(
            "the request has more than one X-Twilio-Signature",
            "Something on the way repeats or adds the header: let through exactly what Twilio sent."),
    OTHER_ACCOUNT(
            "the request names another account than TWILIO_ACCOUNT_SID",
            "Requests of a subaccount are signed with that subaccount's token: serve it as an account of its own"
                    + " (transcripts.accounts)."),
    WRONG_TOKEN(
            "it was signed with another auth token than TWILIO_AUTH_TOKEN",
            "Set TWILIO_AUTH_TOKEN to the account's primary auth token. API keys do not sign."),
    OTHER_TOKEN(
            "it was signed with a token of --tokens, not with TWILIO_AUTH_TOKEN",
            "Set TWILIO_AUTH_TOKEN to that token."),
    UNCLEAN_TOKEN(
            "TWILIO_AUTH_TOKEN holds quotes or blanks around the token",
            "Set it to the 32 characters of the token and nothing else."),
    SECONDARY_TOKEN(
            "it was signed with the secondary auth token",
            "Set TWILIO_AUTH_TOKEN_SECONDARY for the service as well; after the rotation make it TWILIO_AUTH_TOKEN."),
    SCHEME(
            "Twilio signed another scheme (http, https) than PUBLIC_BASE_URL names",
            "Set PUBLIC_BASE_URL as shown below."),
    HOST("Twilio signed another host than PUBLIC_BASE_URL names", "Set PUBLIC_BASE_URL as shown below."),
    PORT("Twilio signed another port than PUBLIC_BASE_URL names", "Set PUBLIC_BASE_URL as shown below."),
    PATH_PREFIX(
            "Twilio signed another path prefix than PUBLIC_BASE_URL names: a proxy takes it off or puts it on",
            "Set PUBLIC_BASE_URL as shown below."),
    SLASH(
            "Twilio signed the path with a slash more or less than arrived",
            "Tell Twilio the URL exactly as docs/configuration.md has it, or stop the proxy from changing slashes."),
    QUERY_REENCODED(
            "Twilio signed the query in another encoding or order than it arrived in",
            "Stop the proxy from rewriting the query; or tell Twilio a URL without one."),
    QUERY_DROPPED(
            "Twilio signed a query that did not arrive, or the other way round",
            "Let the proxy pass the query on as it is."),
    BODY_CHANGED(
            "the body is not the one that Twilio signed: its hash differs from bodySHA256",
            "Stop the gateway from rewriting bodies, JSON too: Twilio signs the bytes."),
    CONTENT_TYPE(
            "the body is signed as another kind than its Content-Type says",
            "Let the proxy pass Content-Type on as it is."),
    PLUS_LOST(
            "a plus sign in the body arrived as a blank: something decodes the form and encodes it anew, wrongly",
            "Stop the gateway from rewriting bodies: Twilio signs the values."),
    PARAMETER_DROPPED(
            "a parameter that Twilio signed did not arrive",
            "Let the gateway pass all parameters on, also empty and unknown ones.");

    private final String what;
    private final String advice;

    Cause(String what, String advice) {
        this.what = what;
        this.advice = advice;
    }

    String what() {
        return what;
    }

    String advice() {
        return advice;
    }

    /// In JSON; programs rely on it.
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package org.transcriptpipeline.twilio;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.twilio.TwilioClientSettings.Credentials;
import org.transcriptpipeline.twilio.TwilioClientSettings.Limits;
import org.transcriptpipeline.twilio.TwilioClientSettings.Location;

/// What tests of the client ask, and whom.
final class Samples {

    static final String SERVICE = Sids.of("IS", "service");
    static final String CONVERSATION = Sids.of("CH", "conversation");
    static final String MESSAGE = Sids.of("IM", "message");
    static final String FLOW = Sids.of("FW", "flow");
    static final String EXECUTION = Sids.of("FN", "execution");
    static final String CUSTOMER = "+12025550143";
    static final String OURS = "+12025550199";
    static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    static final Limits QUICK =
            new Limits(1_000, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(40));

    /// Between attempts, for tests that let them all fail.
    static final Duration SHORT = Duration.ofMillis(10);

    private Samples() {}

    /// Each test asks as an account of its own, since accounts share a rate.
    static Credentials credentials(Object test) {
        return Credentials.authToken(Sids.account(test), "token-of-tests");
    }

    static TwilioClientSettings settings(Object test, URI baseUrl) {
        return settings(test, baseUrl, QUICK);
    }

    static TwilioClientSettings settings(Object test, URI baseUrl, Limits limits) {
        return new TwilioClientSettings(
                credentials(test),
                Location.at(baseUrl),
                limits,
                TwilioCalls.UNHEARD,
                Clock.fixed(LONG_AGO, ZoneOffset.UTC));
    }

    static String error(int status, int code) {
        return """
                {"code": %d, "message": "about %s", "more_info": "https://www.twilio.com/docs", "status": %d}""".formatted(code, CUSTOMER, status);
    }

    static String message(int index) {
        return """
                {"sid": "%s", "index": %d, "body": "words", "author": "%s", "media": null}""".formatted(Sids.of("IM", index), index, CUSTOMER);
    }

    static String conversation() {
        return """
                {"sid": "%s", "chat_service_sid": "%s", "state": "active"}""".formatted(CONVERSATION, SERVICE);
    }

    /// @param next an address as JSON, `null` or in quotes
    static String messages(String next, int... indexes) {
        var items = Arrays.stream(indexes).mapToObj(Samples::message).collect(Collectors.joining(", "));
        return """
                {"meta": {"page": 0, "page_size": 100, "next_page_url": %s, "key": "messages"}, "messages": [%s]}""".formatted(next, items);
    }
}

package org.transcriptpipeline.cli.sendtest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.transcriptpipeline.signature.FormParameters;
import org.transcriptpipeline.signature.TwilioSignature;

/// A request as Twilio makes it for an added message, of a conversation that nobody has.
///
/// @param conversationSid begins with `CH7e577e57`, so that test conversations can be told from others
/// @param body the form
record TestMessage(String conversationSid, String messageSid, byte[] body) {

    static final String MARK = "7e577e57";

    private static final int MOST_PARAMETERS = 500;

    static TestMessage of(String accountSid, Instant now, RandomGenerator random) {
        var conversationSid = "CH" + MARK + hex(random);
        var messageSid = "IM" + MARK + hex(random);
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("EventType", "onMessageAdded");
        parameters.put("AccountSid", accountSid);
        parameters.put("RetryCount", "0");
        parameters.put("Source", "API");
        parameters.put("ConversationSid", conversationSid);
        parameters.put("MessageSid", messageSid);
        parameters.put("Index", "0");
        parameters.put("DateCreated", now.truncatedTo(ChronoUnit.MILLIS).toString());
        parameters.put("Author", "system");
        parameters.put("Body", "Test message of bin/transcripts send-test");
        parameters.put("Attributes", "{\"test\":\"transcripts send-test\"}");
        var form = parameters.entrySet().stream()
                .map(parameter -> URLEncoder.encode(parameter.getKey(), UTF_8) + "="
                        + URLEncoder.encode(parameter.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        return new TestMessage(conversationSid, messageSid, form.getBytes(UTF_8));
    }

    /// As `X-Twilio-Signature` has it.
    String signature(String token, String url) {
        var signedPart = TwilioSignature.signedPartOf(FormParameters.parse(body, MOST_PARAMETERS));
        return new String(
                TwilioSignature.of(token, new String(url.getBytes(UTF_8), ISO_8859_1), signedPart), ISO_8859_1);
    }

    private static String hex(RandomGenerator random) {
        var bytes = new byte[12];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

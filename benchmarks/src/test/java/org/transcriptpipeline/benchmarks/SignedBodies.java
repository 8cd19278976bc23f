package org.transcriptpipeline.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.transcriptpipeline.simulator.FormBody;
import org.transcriptpipeline.simulator.Parameter;
import org.transcriptpipeline.simulator.Requests;
import org.transcriptpipeline.simulator.Sids;
import org.transcriptpipeline.simulator.Signature;
import org.transcriptpipeline.simulator.Webhook;

/// Requests as Twilio sends them, signed before anything is measured: conversations, participants, messages and
/// deliveries, each different from all others.
final class SignedBodies {

    static final String PUBLIC_URL = "https://hooks.example.com";
    static final String ACCOUNT = Sids.account("benchmarks");
    static final String TOKEN = "a-token-of-the-benchmarks";

    private static final int CONVERSATIONS = 200;
    private static final int MESSAGES = 6;
    /// What tells one of them from the others.
    private static final List<String> NAMING =
            List.of("EventType", "ConversationSid", "ParticipantSid", "MessageSid", "DeliveryReceiptSid");

    private final List<Webhook> webhooks;
    private final Map<String, Integer> positions = new HashMap<>();

    SignedBodies() {
        var requests =
                new Requests("benchmarks", ACCOUNT, CONVERSATIONS, MESSAGES, Instant.parse("2026-11-01T08:00:00Z"));
        webhooks = Stream.concat(
                        requests.stream(),
                        IntStream.range(0, CONVERSATIONS)
                                .boxed()
                                .flatMap(c -> Stream.of(
                                        requests.delivery(c, 1, "delivered", null),
                                        requests.delivery(c, 3, "undelivered", 30003))))
                .map(SignedBodies::asLongAsTwilios)
                .toList();
        for (int i = 0; i < webhooks.size(); i++) {
            positions.put(name(valuesOf(webhooks.get(i).parameters())), i);
        }
        if (positions.size() != webhooks.size()) {
            throw new IllegalStateException("two requests have one name");
        }
    }

    int count() {
        return webhooks.size();
    }

    /// In an order that is always the same.
    List<Webhook> webhooks() {
        return webhooks;
    }

    /// @return fewest, mean and most bytes of a body
    int[] sizes() {
        var sizes = webhooks.stream()
                .mapToInt(webhook -> webhook.body().getBytes(UTF_8).length)
                .summaryStatistics();
        return new int[] {sizes.getMin(), (int) sizes.getAverage(), sizes.getMax()};
    }

    /// Each as it goes over the wire.
    ByteBuffer[] requests(String path) {
        return webhooks.stream().map(webhook -> request(path, webhook)).toArray(ByteBuffer[]::new);
    }

    /// @return null: none of these
    @Nullable
    Integer position(Map<String, String> parameters) {
        return positions.get(name(parameters));
    }

    /// @return null: none of these
    @Nullable
    Integer positionOfForm(byte[] form) {
        return position(valuesOf(FormBody.decode(new String(form, UTF_8))));
    }

    private static String name(Map<String, String> parameters) {
        return NAMING.stream().map(name -> parameters.getOrDefault(name, "")).collect(Collectors.joining("|"));
    }

    private static Map<String, String> valuesOf(List<Parameter> parameters) {
        return parameters.stream().collect(Collectors.toMap(Parameter::name, Parameter::value, (first, _) -> first));
    }

    /// With the attributes that a flow keeps with its messages, to the 600 to 1 000 bytes of the reference's samples.
    private static Webhook asLongAsTwilios(Webhook webhook) {
        var attributes = "{\"flow\":\"puppy-hotline\",\"step\":\"ask_breed\",\"language\":\"en\",\"campaign\":\""
                + webhook.subject().substring(2, 18) + "\",\"note\":\"" + "asked for a call back. ".repeat(3) + "\"}";
        var parameters = webhook.parameters().stream()
                .map(parameter ->
                        parameter.name().equals("Attributes") ? new Parameter("Attributes", attributes) : parameter)
                .toList();
        return new Webhook(webhook.path(), webhook.subject(), parameters, webhook.idempotencyToken());
    }

    private static ByteBuffer request(String path, Webhook webhook) {
        var body = webhook.body().getBytes(UTF_8);
        var head = "POST " + path + " HTTP/1.1\r\nHost: hooks.example.com\r\nUser-Agent: TwilioProxy/1.1\r\n"
                + "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nX-Twilio-Signature: "
                + Signature.of(TOKEN, PUBLIC_URL + Webhook.CONVERSATIONS, webhook.parameters())
                + "\r\nI-Twilio-Idempotency-Token: " + webhook.idempotencyToken() + "\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        var bytes = head.getBytes(UTF_8);
        return ByteBuffer.allocateDirect(bytes.length + body.length)
                .put(bytes)
                .put(body)
                .flip();
    }
}

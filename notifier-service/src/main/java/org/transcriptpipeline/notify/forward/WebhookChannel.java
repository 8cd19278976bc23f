package org.transcriptpipeline.notify.forward;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.transcriptpipeline.notify.channel.Channel;
import org.transcriptpipeline.notify.channel.Consignment;
import org.transcriptpipeline.notify.channel.DestinationGates;
import org.transcriptpipeline.notify.channel.Gate;
import org.transcriptpipeline.notify.channel.Outcome;
import org.transcriptpipeline.notify.ledger.Delivery;
import org.transcriptpipeline.notify.ledger.DeliveryKey;
import org.transcriptpipeline.notify.ledger.DestinationKind;
import org.transcriptpipeline.rules.Target;

/// Posts the snapshot as it is, signed as Standard Webhooks says (standardwebhooks.com, November 2026).
final class WebhookChannel implements Channel {

    private static final String ALGORITHM = "HmacSHA256";

    private final PinnedHttp http;
    private final DestinationGates gates;

    WebhookChannel(PinnedHttp http, DestinationGates gates) {
        this.http = http;
        this.gates = gates;
    }

    @Override
    public DestinationKind kind() {
        return DestinationKind.WEBHOOK;
    }

    @Override
    public Gate gate(Delivery delivery) {
        return gates.of(delivery.key().destination().address());
    }

    @Override
    public Prepared prepare(Consignment consignment) {
        var destination = consignment.destination();
        return destination != null && destination.target() instanceof Target.Webhook webhook
                ? new Ready(new Post(consignment.delivery().key(), webhook, new JsonText(consignment.content())))
                : new Never("the rules have no webhook of this name any more");
    }

    private final class Post implements Parcel {

        private final DeliveryKey key;
        private final Target.Webhook webhook;
        private final JsonText body;

        private Post(DeliveryKey key, Target.Webhook webhook, JsonText body) {
            this.key = key;
            this.webhook = webhook;
            this.body = body;
        }

        @Override
        public Outcome handOver(int attempt, Instant now) {
            var answer = http.post(webhook.url(), headers(now), body);
            return HttpReply.outcome(answer, body.contentSha256(), true, now);
        }

        private Map<String, String> headers(Instant now) {
            var timestamp = Long.toString(now.getEpochSecond());
            var headers = new LinkedHashMap<String, String>();
            headers.put("webhook-id", key.id());
            headers.put("webhook-timestamp", timestamp);
            headers.put("webhook-signature", "v1," + signature(key.id() + "." + timestamp + "."));
            headers.put("Idempotency-Key", key.safeHandoffId() + ":" + key.version());
            return headers;
        }

        private String signature(String before) {
            try {
                var mac = Mac.getInstance(ALGORITHM);
                mac.init(new SecretKeySpec(webhook.key(), ALGORITHM));
                mac.update(before.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                body.through(mac::update);
                return Base64.getEncoder().encodeToString(mac.doFinal());
            } catch (NoSuchAlgorithmException | InvalidKeyException e) {
                throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
            }
        }
    }
}

package org.transcriptpipeline.ingest.flow;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.transcriptpipeline.twilio.TwilioException;

/// Whether flows are being attached, and if not, why. No part of readiness: webhooks are taken all the same.
final class FlowHealth implements HealthIndicator {

    static final String NO_ACCOUNT =
            "no account has a secret (TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN), so no flow is attached";

    private final String flowSid;
    private final int accounts;
    private final Map<String, String> twilio = new ConcurrentHashMap<>();
    private volatile @Nullable String kafka;
    private volatile BooleanSupplier isAlive = () -> false;

    FlowHealth(String flowSid, Collection<String> accountSids) {
        this.flowSid = flowSid;
        this.accounts = accountSids.size();
    }

    void twilioAnswers(String accountSid) {
        twilio.remove(accountSid);
    }

    void twilioFails(String accountSid, TwilioException e) {
        twilio.put(accountSid, words(e));
    }

    void kafkaWorks() {
        kafka = null;
    }

    void kafkaFails(String reason) {
        kafka = reason;
    }

    void watch(BooleanSupplier attacherIsAlive) {
        isAlive = attacherIsAlive;
    }

    @Override
    public Health health() {
        var reasons = new TreeMap<String, Object>(twilio);
        var kafkaReason = kafka;
        if (kafkaReason != null) {
            reasons.put("kafka", kafkaReason);
        }
        if (accounts == 0) {
            reasons.put("problem", NO_ACCOUNT);
        }
        Health.Builder health;
        if (isAlive.getAsBoolean()) {
            health = reasons.isEmpty() ? Health.up() : Health.outOfService();
        } else {
            health = Health.down().withDetail("reason", "the attacher has stopped");
        }
        return health.withDetail("flow", flowSid)
                .withDetail("accounts", accounts)
                .withDetails(reasons)
                .build();
    }

    private static String words(TwilioException e) {
        return switch (e) {
            case TwilioException.Unauthorised _ -> "Twilio refuses our credentials";
            case TwilioException.RateLimited _ -> "Twilio asks for fewer requests";
            case TwilioException.Unavailable _ -> "Twilio does not answer";
            case TwilioException.Unusable _ -> "Twilio's answer cannot be read";
            case TwilioException.NotFound _, TwilioException.Refused _ -> "Twilio declines";
            case TwilioException.Interrupted _ -> "stopped";
        };
    }
}

package org.transcriptpipeline.ingest.signature;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Says which accounts are served. Up without a token too: the service works, and what it refuses is counted.
final class SignatureHealth implements HealthIndicator {

    static final String NO_TOKEN =
            "no auth token is configured (TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN), so every request is refused";

    private final SignatureCheck check;

    SignatureHealth(SignatureCheck check) {
        this.check = check;
    }

    @Override
    public Health health() {
        var health = Health.up().withDetail("accounts", check.servedAccounts().size());
        return check.canProve()
                ? health.build()
                : health.withDetail("problem", NO_TOKEN).build();
    }
}

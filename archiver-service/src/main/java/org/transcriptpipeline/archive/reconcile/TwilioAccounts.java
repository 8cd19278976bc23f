package org.transcriptpipeline.archive.reconcile;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.twilio.TwilioClient;
import org.transcriptpipeline.twilio.TwilioClients;

/// The accounts that Twilio can be asked about: those with a SID and a secret.
@Component
public class TwilioAccounts {

    private final TwilioClients clients;

    /// @throws IllegalStateException where a setting cannot be what its author meant, naming it, never a secret
    TwilioAccounts(TwilioProperties properties, MeterRegistry meters, Clock clock) {
        this.clients = TwilioClients.of(
                properties.settings(),
                (operation, outcome, duration) -> meters.timer(
                                "transcripts_twilio_requests",
                                "operation",
                                operation,
                                "outcome",
                                outcome.name().toLowerCase(Locale.ROOT))
                        .record(duration),
                clock);
    }

    /// Asks about an account's resources; null where it is not configured, or has no secret.
    public @Nullable TwilioClient client(String accountSid) {
        return clients.client(accountSid);
    }

    /// The accounts that have a client.
    public Set<String> accountSids() {
        return clients.accountSids();
    }

    @PreDestroy
    void close() {
        clients.close();
    }
}

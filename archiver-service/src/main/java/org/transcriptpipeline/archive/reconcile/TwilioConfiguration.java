package org.transcriptpipeline.archive.reconcile;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Locale;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.transcriptpipeline.twilio.TwilioClients;

/// The accounts that Twilio can be asked about.
@Configuration(proxyBeanMethods = false)
class TwilioConfiguration {

    @Bean
    TwilioClients twilioClients(Environment environment, MeterRegistry meters, Clock clock) {
        return TwilioClients.of(
                Binder.get(environment).bindOrCreate("transcripts", TwilioClients.Settings.class),
                (operation, outcome, duration) -> meters.timer(
                                "transcripts_twilio_requests",
                                "operation",
                                operation,
                                "outcome",
                                outcome.name().toLowerCase(Locale.ROOT))
                        .record(duration),
                clock);
    }
}

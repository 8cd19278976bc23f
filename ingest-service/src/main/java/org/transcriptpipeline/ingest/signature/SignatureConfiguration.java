package org.transcriptpipeline.ingest.signature;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.transcriptpipeline.ingest.intake.EventPublisher;
import org.transcriptpipeline.ingest.intake.SharedProducer;
import org.transcriptpipeline.signature.PublicUrls;

@Configuration(proxyBeanMethods = false)
class SignatureConfiguration {

    private static final Logger log = LoggerFactory.getLogger(SignatureConfiguration.class);

    @Bean
    PublicUrls publicUrls(SignatureProperties properties) {
        return PublicUrls.of(properties.publicBaseUrls());
    }

    @Bean
    SignatureCheck signatureCheck(SignatureProperties properties, PublicUrls publicUrls) {
        var accounts = Accounts.of(properties);
        if (!accounts.hasToken()) {
            log.warn("Nothing will be accepted: {}", SignatureHealth.NO_TOKEN);
        }
        return new SignatureCheck(accounts, publicUrls, properties.flowEnded());
    }

    @Bean
    QuarantinePublisher quarantinePublisher(
            SharedProducer producer,
            EventPublisher events,
            SignatureCheck signatures,
            QuarantineProperties properties,
            MeterRegistry meters) {
        return new QuarantinePublisher(
                producer, events, signatures, new QuarantineBudget(properties, System::nanoTime), meters);
    }

    @Bean
    ResumptionTeller resumptionTeller(EventPublisher events, SignatureCheck signatures, Clock clock) {
        return new ResumptionTeller(events, signatures.servedAccounts(), clock);
    }

    @Bean
    SignatureHealth signatureHealthIndicator(SignatureCheck check) {
        return new SignatureHealth(check);
    }
}

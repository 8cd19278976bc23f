package org.transcriptpipeline.ingest.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.transcriptpipeline.event.EventCodec;
import org.transcriptpipeline.kafka.EventRecords;
import org.transcriptpipeline.kafka.TopicProperties;
import org.transcriptpipeline.kafka.TopicProvisioner;

@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    /// Closed before the spill is: what it cannot send any more goes there.
    @Bean
    @DependsOn("spill")
    SharedProducer sharedProducer(KafkaProperties kafka) {
        return new SharedProducer(kafka.buildProducerProperties());
    }

    @Bean
    Breaker breaker() {
        return new Breaker();
    }

    @Bean
    EventPublisher eventPublisher(
            SharedProducer producer,
            Breaker breaker,
            PublisherProperties properties,
            Spill spill,
            SpillProperties spillProperties,
            Clock clock,
            MeterRegistry meters) {
        return new EventPublisher(
                producer,
                new EventRecords(new EventCodec()),
                breaker,
                properties,
                spill,
                spillProperties,
                clock,
                meters);
    }

    @Bean
    BrokerWatch brokerWatch(
            KafkaProperties kafka,
            TopicProperties topics,
            SharedProducer producer,
            Breaker breaker,
            PublisherProperties properties) {
        return new BrokerWatch(
                new TopicProvisioner(kafka.buildAdminProperties(), topics, BrokerWatch.REQUIRED),
                new TopicProvisioner(kafka.buildAdminProperties(), topics, BrokerWatch.OTHERS),
                producer,
                breaker,
                properties.probePause());
    }

    @Bean
    IntakeHealth intakeHealthIndicator(EventPublisher publisher, Breaker breaker, BrokerWatch watch, Spill spill) {
        return new IntakeHealth(publisher, breaker, watch, spill);
    }
}

package org.transcriptpipeline.ingest.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SpillConfiguration {

    @Bean
    @Conditional(SpillConfigured.class)
    JournaledSpill spill(SpillProperties properties, Clock clock, MeterRegistry meters) {
        return JournaledSpill.open(properties.path(), properties.maxSize().toBytes(), clock, new SpillMeters(meters));
    }

    @Bean("spill")
    @Conditional(SpillConfigured.Not.class)
    Spill.Off noSpill() {
        return new Spill.Off();
    }

    @Bean
    @Conditional(SpillConfigured.class)
    SpillDrain spillDrain(JournaledSpill spill, SharedProducer producer, Breaker breaker, SpillProperties properties) {
        return new SpillDrain(spill, producer, breaker, properties.stopPatience());
    }

    @Bean
    SpillHealth spillHealthIndicator(Spill spill) {
        return new SpillHealth(spill);
    }
}

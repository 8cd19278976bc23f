package org.transcriptpipeline.notify.ledger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LedgerProperties.class)
class LedgerConfiguration {

    private static final Duration COUNT_EVERY = Duration.ofSeconds(15);

    @Bean
    HandoffLedger handoffLedger(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            LedgerProperties properties,
            MeterRegistry meters) {
        var ledger = new HandoffLedger(jdbc, new TransactionTemplate(transactions), properties.giveUpAfter());
        var counts = new OpenDeliveries(ledger, COUNT_EVERY);
        for (var status : List.of(
                DeliveryStatus.PLANNED, DeliveryStatus.SENDING, DeliveryStatus.RETRYING, DeliveryStatus.PAUSED)) {
            Gauge.builder("transcripts_deliveries_open", counts, c -> c.in(status))
                    .description("Deliveries that are not settled, by status")
                    .tag("status", status.wireName())
                    .strongReference(true)
                    .register(meters);
        }
        return ledger;
    }

    @Bean
    OnDoubt onDoubt(LedgerProperties properties) {
        return properties.onDoubt();
    }
}

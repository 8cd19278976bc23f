package org.transcriptpipeline.ingest.flow;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.transcriptpipeline.twilio.TwilioClients;

/// Nothing of this is there unless a flow is named.
@Configuration(proxyBeanMethods = false)
@Conditional(FlowConfigured.class)
class FlowConfiguration {

    private static final Logger log = LoggerFactory.getLogger(FlowConfiguration.class);
    private static final int LARGEST_BATCH = 50;
    private static final int REQUESTS_AT_ONCE = 10;
    private static final int REMEMBERED = 10_000;

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

    @Bean
    FlowHealth flowHealthIndicator(FlowProperties properties, TwilioClients clients) {
        if (clients.accountSids().isEmpty()) {
            log.warn("No flow will be attached: {}", FlowHealth.NO_ACCOUNT);
        }
        return new FlowHealth(flowSid(properties), clients.accountSids());
    }

    @Bean
    FlowAttacher flowAttacher(
            FlowProperties properties,
            KafkaProperties kafka,
            TwilioClients clients,
            MeterRegistry registry,
            Clock clock,
            FlowHealth health) {
        var meters = new FlowMeters(registry);
        var turns = new Semaphore(REQUESTS_AT_ONCE);
        var look = new ConversationLook(clients, turns, properties.maxAge(), clock, health);
        var attachment = new FlowAttachment(flowSid(properties), clients, look, turns, clock, meters, health);
        var newConversations = new NewConversations(meters);
        var recent = new RecentConversations(REMEMBERED);
        var configuration = consumerConfiguration(kafka.buildConsumerProperties(), properties.consumerGroup());
        return new FlowAttacher(
                (workers, isRunning) -> new FlowConsumer(
                        new KafkaConsumer<>(configuration),
                        newConversations,
                        look,
                        attachment,
                        recent,
                        workers,
                        meters,
                        health,
                        isRunning),
                health);
    }

    private static Map<String, Object> consumerConfiguration(Map<String, Object> given, String group) {
        var configuration = new HashMap<>(given);
        configuration.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configuration.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configuration.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        configuration.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configuration.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        configuration.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        configuration.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, LARGEST_BATCH);
        configuration.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        configuration.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * 1024 * 1024);
        configuration.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        configuration.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000); // a topic made later is found soon
        // a partition that stays is not taken away, and what is being looked at in it goes on
        configuration.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return configuration;
    }

    private static String flowSid(FlowProperties properties) {
        return requireNonNull(properties.sid(), FlowProperties.SID);
    }
}

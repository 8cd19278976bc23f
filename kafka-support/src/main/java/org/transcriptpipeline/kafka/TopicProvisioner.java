package org.transcriptpipeline.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.transcriptpipeline.event.EventCodec;

/// Sees to it that the topics of a service exist, and says which do not.
public final class TopicProvisioner {

    private static final Logger log = LoggerFactory.getLogger(TopicProvisioner.class);
    private static final int RECORD_OVERHEAD_BYTES = 64 * 1024; // headers, key, framing

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Map<String, Object> adminConfiguration;
    private final TopicProperties properties;
    private final Set<String> topics;

    /// @param adminConfiguration of Kafka's admin client; its time limits are set here
    public TopicProvisioner(Map<String, Object> adminConfiguration, TopicProperties properties, Set<String> topics) {
        this.adminConfiguration = new java.util.HashMap<>(adminConfiguration);
        this.adminConfiguration.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1500);
        this.adminConfiguration.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3000);
        this.adminConfiguration.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        this.properties = properties;
        this.topics = Set.copyOf(topics);
    }

    /// What could be said about the topics.
    public sealed interface Outcome {}

    /// All topics are there.
    public record Present() implements Outcome {}

    /// These are not, and could not be made.
    public record Missing(Set<String> topics, String reason) implements Outcome {}

    /// No broker answered in time.
    public record Unreachable(String reason) implements Outcome {}

    /// Looks once, makes what is missing where that is allowed. Takes at most about four seconds.
    public Outcome provision() {
        try (var admin = Admin.create(adminConfiguration)) {
            var missing = missing(admin);
            if (missing.isEmpty()) {
                return new Present();
            }
            if (!properties.create()) {
                return new Missing(missing, "transcripts.topics.create is off");
            }
            create(admin, missing);
            return new Present();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unreachable("interrupted");
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            return switch (cause) {
                case org.apache.kafka.common.errors.TimeoutException _ -> new Unreachable("no answer");
                case AuthenticationException _ -> new Unreachable(Reason.of(cause));
                default -> new Missing(topics, Reason.of(cause));
            };
        } catch (TimeoutException | KafkaException e) {
            return new Unreachable(Reason.of(e));
        }
    }

    /// Looks now, and where the topics are not there yet, again every few seconds in the background until they are.
    public void provisionUntilPresent() {
        if (provision() instanceof Present) {
            return;
        }
        Thread.ofVirtual().name("topic-provisioner").start(() -> {
            while (true) {
                try {
                    Thread.sleep(RETRY);
                } catch (InterruptedException e) {
                    return;
                }
                switch (provision()) {
                    case Present() -> {
                        return;
                    }
                    case Missing(var missing, var reason) ->
                        log.atWarn()
                                .addKeyValue("topics", missing)
                                .addKeyValue("reason", reason)
                                .log("Topics are missing; will look again");
                    case Unreachable(var reason) ->
                        log.atWarn().addKeyValue("reason", reason).log("Kafka does not answer; will look again");
                }
            }
        });
    }

    /// Warns where an acknowledgement is worth one disk only (`design.md`, promise 1).
    public void warnAboutThinReplication() {
        if (properties.replication() == 1 || properties.minInSyncReplicas() == 1) {
            log.atWarn()
                    .addKeyValue("replication", properties.replication())
                    .addKeyValue("minInSyncReplicas", properties.minInSyncReplicas())
                    .log("An acknowledged event is held by one broker only until more copies are configured");
        }
    }

    private Set<String> missing(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        var missing = new TreeSet<String>();
        for (var description : admin.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                description.getValue().get(Duration.ofSeconds(4).toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                missing.add(description.getKey());
            }
        }
        return missing;
    }

    private void create(Admin admin, Set<String> missing)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<NewTopic> wanted = new ArrayList<>();
        for (var topic : missing) {
            wanted.add(new NewTopic(topic, properties.partitions(), properties.replication())
                    .configs(Map.of(
                            "retention.ms", Long.toString(properties.retention().toMillis()),
                            "min.insync.replicas", Integer.toString(properties.minInSyncReplicas()),
                            "compression.type", properties.compression(),
                            "max.message.bytes",
                                    Integer.toString(EventCodec.MAX_RECORD_BYTES + RECORD_OVERHEAD_BYTES))));
        }
        for (var made : admin.createTopics(wanted).values().entrySet()) {
            try {
                made.getValue().get(4, TimeUnit.SECONDS);
                log.atInfo().addKeyValue("topic", made.getKey()).log("Topic made");
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another service was faster
                    throw e;
                }
            }
        }
    }
}

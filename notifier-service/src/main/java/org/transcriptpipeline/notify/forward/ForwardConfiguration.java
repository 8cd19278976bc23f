package org.transcriptpipeline.notify.forward;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.transcriptpipeline.notify.channel.DestinationGates;
import org.transcriptpipeline.rules.Destination;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.RulesException;
import org.transcriptpipeline.rules.Target;
import org.transcriptpipeline.transcript.TranscriptRenderer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ForwardProperties.class)
class ForwardConfiguration {

    /// A destination that could never be reached stops the start.
    @Bean
    PinnedHttp pinnedHttp(HandoffRules rules, ForwardProperties properties) {
        var destinations = rules.destinations();
        var allowed = AllowedHosts.of(
                properties.allowedHosts(),
                properties.allowedPrivateHosts(),
                destinations.stream()
                        .map(ForwardConfiguration::url)
                        .filter(Objects::nonNull)
                        .toList());
        for (var destination : destinations) {
            var url = url(destination);
            var refusal = url == null ? null : allowed.refusal(url);
            if (refusal != null) {
                throw new RulesException(
                        "The URL of the destination " + destination.name() + " will not do: " + refusal + ".");
            }
        }
        return new PinnedHttp(allowed, InetAddress::getAllByName, properties.timeout());
    }

    private static @Nullable URI url(Destination destination) {
        return switch (destination.target()) {
            case Target.Webhook(var url, var _) -> url;
            case Target.Slack(var url) -> url;
            case Target.Email(var _, var _) -> null;
            case Target.Directory(var _) -> null;
        };
    }

    @Bean
    DestinationGates forwardGates(HandoffRules rules, ForwardProperties properties, MeterRegistry meters) {
        List<String> names = rules.destinations().stream()
                .filter(d -> url(d) != null)
                .map(Destination::name)
                .toList();
        return new DestinationGates(names, properties.pause(), properties.longestPause(), meters);
    }

    @Bean
    WebhookChannel webhookChannel(PinnedHttp pinnedHttp, DestinationGates forwardGates) {
        return new WebhookChannel(pinnedHttp, forwardGates);
    }

    @Bean
    SlackChannel slackChannel(PinnedHttp pinnedHttp, DestinationGates forwardGates, TranscriptRenderer renderer) {
        return new SlackChannel(pinnedHttp, forwardGates, renderer);
    }
}

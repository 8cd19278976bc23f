package org.transcriptpipeline.notify.directory;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.transcriptpipeline.notify.channel.DestinationGates;
import org.transcriptpipeline.rules.Destination;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.Target;
import org.transcriptpipeline.transcript.TranscriptRenderer;

@Configuration(proxyBeanMethods = false)
class DirectoryConfiguration {

    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

    @Bean
    DestinationGates directoryGates(HandoffRules rules, MeterRegistry meters) {
        var names = rules.destinations().stream()
                .filter(d -> d.target() instanceof Target.Directory)
                .map(Destination::name)
                .toList();
        return new DestinationGates(names, PAUSE, LONGEST_PAUSE, meters);
    }

    @Bean
    DirectoryChannel directoryChannel(TranscriptRenderer renderer, DestinationGates directoryGates) {
        return new DirectoryChannel(renderer, directoryGates);
    }
}

package org.transcriptpipeline.archive.handoff;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.transcriptpipeline.rules.HandoffRules;

/// The rules of handoffs, the same that the notifier reads.
@Configuration(proxyBeanMethods = false)
class RulesConfiguration {

    @Bean
    HandoffRules handoffRules() {
        return new HandoffRules(List.of());
    }
}

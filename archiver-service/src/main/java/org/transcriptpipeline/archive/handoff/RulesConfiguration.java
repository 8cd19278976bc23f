package org.transcriptpipeline.archive.handoff;

import java.nio.file.Path;
import java.time.ZoneOffset;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.RuleSettings;

/// The rules of handoffs, the same that the notifier reads. The archiver sends nothing, so it needs no secret of the
/// destinations; what a rule says nothing about is as `transcripts.settling` has it.
@Configuration(proxyBeanMethods = false)
class RulesConfiguration {

    @Bean
    HandoffRules handoffRules(RulesProperties rules, HandoffProperties settling) {
        return HandoffRules.effectiveWithoutSecrets(new RuleSettings(
                rules.rules() == null || rules.rules().isBlank()
                        ? null
                        : Path.of(rules.rules().strip()),
                rules.emailTo(),
                rules.webhookUrl(),
                rules.webhookSecret(),
                ZoneOffset.UTC, // times are told by the notifier
                settling.settling(),
                settling.followUps()));
    }
}

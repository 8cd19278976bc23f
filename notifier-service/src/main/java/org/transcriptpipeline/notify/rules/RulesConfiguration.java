package org.transcriptpipeline.notify.rules;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.Rule;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RulesProperties.class)
class RulesConfiguration {

    private static final Logger log = LoggerFactory.getLogger(RulesConfiguration.class);

    @Bean
    HandoffRules handoffRules(RulesProperties properties, Environment environment) {
        var rules = HandoffRules.effective(properties.settings(), environment::getProperty);
        if (rules.rules().isEmpty()) {
            log.warn("No destination is configured (HANDOFF_EMAIL_TO, HANDOFF_RULES): transcripts that are ready go to"
                    + " nobody");
        } else {
            log.atInfo()
                    .addKeyValue("rules", rules.rules().stream().map(Rule::name).toList())
                    .addKeyValue("destinations", rules.destinations().size())
                    .log("Transcripts that are ready go out by rules");
        }
        return rules;
    }

    @Bean
    OperatorLinks operatorLinks(RulesProperties properties) {
        return OperatorLinks.of(properties.consoleBaseUrl(), properties.linkSecret());
    }
}

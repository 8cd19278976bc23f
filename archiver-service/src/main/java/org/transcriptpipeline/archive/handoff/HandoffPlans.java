package org.transcriptpipeline.archive.handoff;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.transcriptpipeline.rules.Facts;
import org.transcriptpipeline.rules.FollowUps;
import org.transcriptpipeline.rules.HandoffRules;
import org.transcriptpipeline.rules.Rule;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What the rules say of a handoff's time: when it is ready, how long it is watched, when somebody is reminded. Where
/// no rule fits, the settings say it, `transcripts.settling`: a handoff that no rule of ours takes may still be one
/// of the notifier's, or of whoever else reads the topic. Rules are made with the same settings as their defaults, so
/// what a rule says is taken as it is.
@Component
class HandoffPlans {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> ANSWERS = new TypeReference<>() {};

    private final HandoffRules rules;
    private final HandoffProperties properties;

    HandoffPlans(HandoffRules rules, HandoffProperties properties) {
        this.rules = rules;
        this.properties = properties;
    }

    /// @param place null: nothing is known of the conversation yet
    Plan of(Handoff handoff, @Nullable Place place) {
        var rule = rule(new Facts(
                handoff.accountSid(),
                handoff.flowSid(),
                place == null ? null : place.ourAddress(),
                place == null ? null : place.channel(),
                handoff.trigger(),
                handoff.reason(),
                handoff.answers() == null ? Map.of() : JSON.readValue(handoff.answers(), ANSWERS)));
        var settling = rule == null ? properties.settling() : rule.settling();
        return new Plan(
                rule == null ? null : rule.name(),
                settling.quietWindow(),
                settling.deadline(),
                settling.waitsForDelivery());
    }

    /// @param ruleName as the handoff's row keeps it; a rule that is gone from the file counts as none
    FollowUps followUps(@Nullable String ruleName) {
        var rule = named(ruleName);
        return rule != null ? rule.followUps() : properties.followUps();
    }

    /// How long somebody has to say "I have it"; null: nobody is reminded.
    @Nullable
    Duration takeOverWithin(@Nullable String ruleName) {
        var rule = named(ruleName);
        return rule == null || rule.takeOver() == null ? null : rule.takeOver().within();
    }

    private @Nullable Rule rule(Facts facts) {
        return rules.rules().isEmpty() ? null : rules.of(facts);
    }

    private @Nullable Rule named(@Nullable String ruleName) {
        return ruleName == null ? null : rules.named(ruleName);
    }

    /// What rules may ask of a conversation.
    record Place(@Nullable String ourAddress, @Nullable String channel) {
        @Override
        public String toString() {
            return "Place[" + channel + "]";
        }
    }
}

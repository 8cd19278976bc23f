package org.transcriptpipeline.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a rule can ask about a handoff. Null: not known.
///
/// @param ourAddress our number or address in the conversation
/// @param channel `sms`, `whatsapp`, …, as in the view `conversations`
/// @param trigger `flow_ended`, `execution_ended`, `closed`, `inactive` or `on_demand`
/// @param reason why the flow ended, in the flow author's words
/// @param answers what the flow collected: text, lists of text, or any JSON
public record Facts(
        String accountSid,
        @Nullable String flowSid,
        @Nullable String ourAddress,
        @Nullable String channel,
        String trigger,
        @Nullable String reason,
        Map<String, Object> answers) {

    public Facts {
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    /// Shows no words of anybody.
    @Override
    public String toString() {
        return "Facts[" + accountSid + " " + flowSid + " " + trigger + "]";
    }
}

package org.transcriptpipeline.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One rule: for which handoffs it is, and what it says about them.
///
/// @param name unique in its file; shown in the ledger
/// @param to who is told
/// @param answerAt where the operator answers the customer: a URL in which `{conversationSid}`, `{handoffId}` and
///     `{accountSid}` are filled in; null: not told
/// @param takeOver what happens when nobody takes the customer over; null: nothing
public record Rule(
        String name,
        Condition when,
        List<Destination> to,
        Settling settling,
        FollowUps followUps,
        @Nullable TakeOver takeOver,
        @Nullable String answerAt) {

    public Rule {
        to = List.copyOf(to);
    }

    /// Shows no address.
    @Override
    public String toString() {
        return "Rule[" + name + "]";
    }
}

package org.transcriptpipeline.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
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

    /// Where the operator answers the customer of this handoff; null: not told.
    public @Nullable URI answerLink(String accountSid, String conversationSid, String handoffId) {
        return answerAt == null ? null : answerLink(answerAt, accountSid, conversationSid, handoffId);
    }

    static URI answerLink(String template, String accountSid, String conversationSid, String handoffId) {
        return URI.create(template.replace("{accountSid}", encoded(accountSid))
                .replace("{conversationSid}", encoded(conversationSid))
                .replace("{handoffId}", encoded(handoffId)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /// Shows no address.
    @Override
    public String toString() {
        return "Rule[" + name + "]";
    }
}

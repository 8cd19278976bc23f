package org.transcriptpipeline.export;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which conversations are meant. An empty list and a missing time select nothing away.
///
/// @param accounts SIDs of accounts
/// @param conversations SIDs
/// @param channels as view `conversations` spells them
/// @param verdicts likewise
/// @param since the conversation's last message is from then or later; where it has none its start, or when we first
///     heard of it
/// @param until likewise, from before then
public record Selection(
        List<String> accounts,
        List<String> conversations,
        List<String> channels,
        List<String> verdicts,
        @Nullable Instant since,
        @Nullable Instant until) {

    /// The values of `conversations.channel`.
    public static final List<String> CHANNELS =
            List.of("sms", "mms", "group_mms", "whatsapp", "messenger", "rcs", "chat", "email", "other");

    /// The values of `conversations.verdict`.
    public static final List<String> VERDICTS = List.of("complete", "reconciling", "gap", "unverified");

    public Selection {
        accounts = accounts.stream().sorted().distinct().toList();
        conversations = conversations.stream().sorted().distinct().toList();
        channels = channels.stream().sorted().distinct().toList();
        verdicts = verdicts.stream().sorted().distinct().toList();
    }

    /// Whether deliveries and executions of no conversation are meant too: not where the conversation decides.
    public boolean isOfAccountsOnly() {
        return conversations.isEmpty() && channels.isEmpty() && verdicts.isEmpty() && since == null && until == null;
    }
}
